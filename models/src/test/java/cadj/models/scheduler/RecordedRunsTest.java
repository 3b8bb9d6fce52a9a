package cadj.models.scheduler;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Affine;
import cadj.models.scheduler.Scheduler.Kind;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole runs of diffusers' samplers over recorded model outputs, with all of their settings. What
/// is left out is named here, so that no case is passed over unseen.
@GoldenTest
class RecordedRunsTest {
  private static final double TOLERANCE = 5e-6;

  /// Where σ begins with 4096, and most of it cancels.
  private static final double TOLERANCE_AT_ZERO_SNR = 5e-4;

  /// Samplers that are not built: none of the recorded ones.
  private static final Set<String> CLASSES_NOT_BUILT = Set.of();

  private static List<JsonObject> cases() {
    return JsonFile.readList(Golden.require("schedulers/steps.json")).objects();
  }

  private static Optional<Kind> kind(JsonObject recorded) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.className().equals(recorded.string("class")))
        .findFirst();
  }

  static Stream<String> built() {
    return cases().stream()
        .filter(recorded -> kind(recorded).isPresent())
        .map(recorded -> recorded.string("name"));
  }

  @Test
  void whatIsLeftOutIsNamed() {
    Map<String, List<String>> absent =
        cases().stream()
            .filter(recorded -> kind(recorded).isEmpty())
            .collect(
                groupingBy(
                    recorded -> recorded.string("class"),
                    TreeMap::new,
                    mapping(recorded -> recorded.string("name"), toList())));
    absent.forEach(
        (type, names) ->
            System.out.printf("golden schedulers: left out, no %s: %s%n", type, names));
    assertTrue(CLASSES_NOT_BUILT.containsAll(absent.keySet()), () -> "not built: " + absent);
    for (Kind kind : Kind.values()) {
      assertTrue(!CLASSES_NOT_BUILT.contains(kind.className()), () -> kind + " is built");
    }
  }

  @ParameterizedTest
  @MethodSource("built")
  void withTheKeysGiven(String name) {
    run(name, "config");
  }

  /// The same with every default written out.
  @ParameterizedTest
  @MethodSource("built")
  void withAllKeys(String name) {
    run(name, "resolved_config");
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "scaled_linear", "squaredcos_cap_v2"})
  void schedulesAreTheSameBits(String name) {
    assertSchedule(name, schedule(name), 0, 0);
  }

  /// Differences of nearly equal square roots show their last bits.
  @Test
  void scheduleOfZeroTerminalSnr() {
    NoiseSchedule schedule = schedule("scaled_linear").withZeroTerminalSnr();
    assertSchedule("scaled_linear_zero_snr", schedule, 5e-6f, 5e-7f);
    assertEquals(0, schedule.alphaCumprod(schedule.trainTimesteps() - 1));
  }

  private static NoiseSchedule schedule(String name) {
    return NoiseSchedule.of(
        Configs.json(
            name.equals("scaled_linear")
                ? "{\"beta_schedule\": \"%s\", \"beta_start\": 0.00085, \"beta_end\": 0.012}"
                    .formatted(name)
                : "{\"beta_schedule\": \"%s\"}".formatted(name)));
  }

  private static void assertSchedule(
      String name, NoiseSchedule schedule, float betas, float alphas) {
    try (SafetensorsFile golden = Golden.open("schedulers/steps.safetensors")) {
      assertArrayEquals(golden.tensor("betas." + name).toFloats(), schedule.betas(), betas);
      assertArrayEquals(
          golden.tensor("alphas_cumprod." + name).toFloats(), schedule.alphasCumprod(), alphas);
    }
    Golden.count(2);
  }

  private static void run(String name, String config) {
    JsonObject recorded =
        cases().stream().filter(c -> c.string("name").equals(name)).findFirst().orElseThrow();
    if (!recorded.has(config)) {
      return; // recorded where diffusers could run all numbers of steps
    }
    SchedulerConfig file = new SchedulerConfig(recorded.object(config), false);
    Kind kind = kind(recorded).orElseThrow();
    JsonObject arguments = recorded.object("step_arguments");
    try (SafetensorsFile golden = Golden.open("schedulers/steps.safetensors")) {
      for (JsonObject run : recorded.list("runs").objects()) {
        if (!run.has("error")) {
          String prefix = "%s.n%d.".formatted(name, run.integer("steps"));
          check(golden, prefix, kind.start(file, run.integer("steps")), file, run, arguments);
        }
      }
    }
  }

  private static void check(
      SafetensorsFile golden,
      String prefix,
      Scheduler run,
      SchedulerConfig file,
      JsonObject recorded,
      JsonObject arguments) {
    double eta = arguments.numberOr("eta", 0);
    boolean useClipped = arguments.boolOr("use_clipped_model_output", false);
    boolean zeroSnr = prefix.contains("zero_snr") && !(run instanceof DdimScheduler);
    double tolerance = zeroSnr ? TOLERANCE_AT_ZERO_SNR : TOLERANCE;
    double[] timesteps = run.timesteps();
    assertEquals(recorded.integer("calls"), timesteps.length, prefix);
    assertTimesteps(prefix, golden.tensor(prefix + "timesteps"), timesteps);
    double sigma = recorded.number("init_noise_sigma");
    assertEquals(sigma, run.initNoiseSigma(), 1e-6 * sigma, prefix + "init_noise_sigma");

    AtomicInteger drawn = new AtomicInteger();
    Noise noise = latents -> row(golden, "noise", drawn.getAndIncrement());
    Tensor x = Affine.scale(golden.tensor("init"), (float) run.initNoiseSigma());
    for (int i = 0; i < timesteps.length; i++) {
      String where = prefix + i + " ";
      Tensor output = row(golden, "model_output", i);
      Tensor input = run.scaleModelInput(i, x);
      Tensor scaled = golden.contains(prefix + "scaled") ? row(golden, prefix + "scaled", i) : x;
      Golden.assertClose(where + "scaled", scaled, input, tolerance);
      if (golden.contains(prefix + "x0")) {
        Tensor x0 =
            switch (run) {
              case DdimScheduler ddim -> ddim.originalSample((int) timesteps[i], output, x);
              case LcmScheduler lcm -> lcm.denoised(i, output, x);
              default -> file.predictionType().originalSample(output, input, run.level(i));
            };
        Golden.assertClose(where + "x0", row(golden, prefix + "x0", i), x0, tolerance);
      }
      if (golden.contains(prefix + "sigmas") && !(run instanceof DdimScheduler)) {
        double expected = golden.tensor(prefix + "sigmas").toDoubles()[i];
        double actual = run.level(i).noise() / run.level(i).signal();
        assertEquals(expected, actual, (zeroSnr ? 1e-5 : 1e-6) * expected, where + "sigma");
      }
      x =
          !arguments.keys().isEmpty() && run instanceof DdimScheduler ddim
              ? ddim.stepFrom((int) timesteps[i], output, x, eta, useClipped, noise)
              : run.step(i, output, x, noise);
      Golden.assertClose(where + "prev", row(golden, prefix + "prev", i), x, tolerance);
      Golden.count(1);
    }
    assertEquals(recorded.integer("noise_used"), drawn.get(), prefix + "noise");
  }

  private static void assertTimesteps(String prefix, Tensor expected, double... actual) {
    assertArrayEquals(expected.toDoubles(), actual, 1e-3, prefix + "timesteps");
  }

  private static Tensor row(SafetensorsFile golden, String name, int index) {
    Tensor all = golden.tensor(name);
    return all.slice(0, index, index + 1).reshape(golden.shape("init").toArray());
  }
}
