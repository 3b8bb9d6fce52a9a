package cadj.models.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.files.ModelFiles;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Noise schedules, time steps and single steps of diffusers' DDIM and PNDM.
@GoldenTest
class SchedulerGoldenTest {
  private static final double TOLERANCE = 2e-6;

  /// CAD's amplify loop picks its time steps from a schedule of this many steps.
  private static final int CAD_STEPS = 50;

  private static final int TRAIN_TIMESTEPS = 1000;

  private static final Pattern STEP =
      Pattern.compile("step(?:_eta([\\d.]+?))?\\.n(\\d+)\\.t(\\d+)\\.(\\w+)");

  @Test
  void schedulesAreTheSameBits() {
    forEach(
        (golden, schedule) -> {
          NoiseSchedule noise = NoiseSchedule.of(schedule.json());
          assertSameBits(golden, "betas", noise.betas());
          assertSameBits(golden, "alphas_cumprod", noise.alphasCumprod());
          assertSameBits(
              golden, "final_alpha_cumprod", DdimScheduler.Config.of(schedule).finalAlphaCumprod());
        });
  }

  private static void assertSameBits(SafetensorsFile golden, String name, float... actual) {
    assertArrayEquals(golden.tensor(name).toFloats(), actual, golden.path() + " " + name);
    Golden.count(1);
  }

  @Test
  void ddimTimeSteps() {
    checkTimesteps("timesteps_(\\d+)", schedule -> steps -> new DdimScheduler(schedule, steps));
  }

  @Test
  void pndmTimeSteps() {
    checkTimesteps(
        "pndm\\.timesteps_(\\d+)", schedule -> steps -> new PndmScheduler(schedule, steps));
  }

  private static void checkTimesteps(
      String pattern, Function<SchedulerConfig, Function<Integer, Scheduler>> start) {
    int[] checked = {0};
    forEach(
        (golden, schedule) -> {
          for (MatchResult name : names(golden, Pattern.compile(pattern))) {
            int steps = Integer.parseInt(name.group(1));
            if (golden.tensor(name.group()).toLongs()[0] < TRAIN_TIMESTEPS) {
              double[] timesteps = start.apply(schedule).apply(steps).timesteps();
              assertTimesteps(golden, name.group(), timesteps);
              checked[0]++;
            }
          }
        });
    assertTrue(checked[0] > 0 || Golden.isOtherSet(), "no file has " + pattern);
  }

  private static void assertTimesteps(SafetensorsFile golden, String name, double... actual) {
    assertArrayEquals(golden.tensor(name).toDoubles(), actual, golden.path() + " " + name);
    Golden.count(1);
  }

  /// With an offset of 1, diffusers' run of all steps begins beyond the schedule, and fails there.
  @Test
  void runsThatLeaveTheScheduleAreRefused() {
    forEach(
        (golden, schedule) -> {
          int all = TRAIN_TIMESTEPS;
          assertEquals(
              schedule.json().integerOr("steps_offset", 0) > 0,
              isRefused(() -> Scheduler.Kind.DDIM.start(schedule, all)));
          assertTrue(isRefused(() -> Scheduler.Kind.DDIM.start(schedule, all + 1)));
          assertTrue(isRefused(() -> Scheduler.Kind.DDIM.start(schedule, 0)));
        });
  }

  private static boolean isRefused(Runnable start) {
    try {
      start.run();
      return false;
    } catch (IllegalArgumentException refused) {
      return true;
    }
  }

  @Test
  void cadCountsTimeStepsFromTheEnd() {
    forEach(
        (golden, schedule) -> {
          double[] timesteps = new DdimScheduler(schedule, CAD_STEPS).timesteps();
          int count = golden.tensor("cad.timesteps_minus_t").elements();
          assertTimesteps(
              golden,
              "cad.timesteps_minus_t",
              IntStream.rangeClosed(1, count)
                  .mapToDouble(t -> timesteps[timesteps.length - t])
                  .toArray());
        });
  }

  @Test
  void singleSteps() {
    forEach(
        (golden, schedule) -> {
          Tensor x = golden.tensor("x");
          Tensor output = golden.tensor("model_output");
          List<MatchResult> steps = names(golden, STEP);
          assertTrue(!steps.isEmpty(), golden.path() + " has no steps");
          for (MatchResult name : steps) {
            DdimScheduler run = new DdimScheduler(schedule, Integer.parseInt(name.group(2)));
            int t = Integer.parseInt(name.group(3));
            double eta = name.group(1) == null ? 0 : Double.parseDouble(name.group(1));
            Tensor actual =
                switch (name.group(4)) {
                  case "prev_sample" ->
                      run.stepFrom(
                          t, output, x, eta, false, like -> golden.tensor("variance_noise"));
                  case "pred_original_sample" -> run.originalSample(t, output, x);
                  default -> throw new AssertionError("unknown result of a step " + name.group());
                };
            assertClose(golden, name.group(), actual);
          }
        });
  }

  /// A step by its place in the run is the step from that place's time step.
  @Test
  void stepsByIndex() {
    forEach(
        (golden, schedule) -> {
          for (MatchResult name : names(golden, STEP)) {
            if (name.group(1) == null && name.group(4).equals("prev_sample")) {
              DdimScheduler run = new DdimScheduler(schedule, Integer.parseInt(name.group(2)));
              int t = Integer.parseInt(name.group(3));
              int index = DoubleStream.of(run.timesteps()).boxed().toList().indexOf((double) t);
              assertClose(
                  golden,
                  name.group(),
                  run.step(index, golden.tensor("model_output"), golden.tensor("x"), Noise.NONE));
            }
          }
        });
  }

  @Test
  void addedNoise() {
    checkPerSample(
        "add_noise.out", (schedule, x0, noise, t) -> schedule.level(t).addNoise(x0, noise));
  }

  @Test
  void velocity() {
    checkPerSample(
        "get_velocity.out",
        (schedule, x0, noise, t) ->
            PredictionType.V_PREDICTION.target(x0, noise, schedule.level(t)));
  }

  private interface Mixing {
    Tensor mix(NoiseSchedule schedule, Tensor x0, Tensor noise, int t);
  }

  /// Each sample of the result has a time step of its own; x₀ and noise are the same for all.
  private static void checkPerSample(String result, Mixing mixing) {
    forEach(
        (golden, schedule) -> {
          Tensor expected = golden.tensor(result);
          long[] timesteps = golden.tensor("add_noise.timesteps").toLongs();
          assertEquals(timesteps.length, expected.dim(0));
          for (int i = 0; i < timesteps.length; i++) {
            int t = (int) timesteps[i];
            Tensor actual =
                mixing.mix(
                    NoiseSchedule.of(schedule.json()),
                    golden.tensor("x"),
                    golden.tensor("model_output"),
                    t);
            Golden.assertClose(
                "%s %s at t = %d".formatted(golden.path(), result, t),
                expected.slice(0, i, i + 1),
                actual,
                TOLERANCE);
            Golden.count(1);
          }
        });
  }

  private static void assertClose(SafetensorsFile golden, String name, Tensor actual) {
    Golden.assertClose(golden.path() + " " + name, golden.tensor(name), actual, TOLERANCE);
    Golden.count(1);
  }

  private static List<MatchResult> names(SafetensorsFile golden, Pattern pattern) {
    return golden.names().stream()
        .flatMap(name -> pattern.matcher(name).results().filter(m -> m.group().equals(name)))
        .toList();
  }

  private static void forEach(BiConsumer<SafetensorsFile, SchedulerConfig> check) {
    for (Path file : Golden.ofModels("expected/scheduler.safetensors")) {
      try (SafetensorsFile golden = Golden.open(file)) {
        check.accept(golden, ModelFiles.open(file.getParent().getParent()).schedule());
      }
    }
  }
}
