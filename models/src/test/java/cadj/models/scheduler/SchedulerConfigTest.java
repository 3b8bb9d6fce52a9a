package cadj.models.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.scheduler.Scheduler.Kind;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Which sampler a file names, which of its keys each sampler heeds, and what is refused.
final class SchedulerConfigTest {
  private static final String ALL_SAMPLERS =
      "one of DDIMScheduler, PNDMScheduler, EulerDiscreteScheduler,"
          + " EulerAncestralDiscreteScheduler, FlowMatchEulerDiscreteScheduler";

  @ParameterizedTest
  @EnumSource
  void kindsByTheirClass(Kind kind) {
    assertEquals(kind, Configs.of("{\"_class_name\": \"%s\"}".formatted(kind.className())).kind());
  }

  /// That is an error of whoever asks for the kind, and of none who asks for another sampler.
  @Test
  void anUnknownKindListsThose() {
    SchedulerConfig config = Configs.of("{\"_class_name\": \"HeunDiscreteScheduler\"}");
    assertEquals(
        "scheduler_config.json: _class_name: expected "
            + ALL_SAMPLERS
            + ", found \"HeunDiscreteScheduler\"",
        refused(config::kind));
    assertEquals(20, Kind.DDIM.start(config, 20).timesteps().length);
    assertEquals(
        "scheduler_config.json: _class_name: expected " + ALL_SAMPLERS + ", found nothing",
        refused(Configs.of("{}")::kind));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "DDIM, `\"thresholding\": true`, `thresholding: expected false, found true`",
        "EULER, `\"use_exponential_sigmas\": true`, `use_exponential_sigmas: expected false, found"
            + " true`",
        "EULER, `\"use_beta_sigmas\": true`, `use_beta_sigmas: expected false, found true`",
        "EULER, `\"use_karras_sigmas\": true, \"sigma_min\": 0.1`, `sigma_min: expected null, found"
            + " a value`",
        "EULER, `\"use_karras_sigmas\": true, \"sigma_max\": 9`, `sigma_max: expected null, found a"
            + " value`",
        "EULER, `\"interpolation_type\": \"cubic\"`, `interpolation_type: expected one of linear,"
            + " log_linear, found cubic`",
        "EULER, `\"final_sigmas_type\": \"one\"`, `final_sigmas_type: expected one of zero,"
            + " sigma_min, found one`",
        "EULER, `\"timestep_type\": \"continuous\", \"prediction_type\": \"v_prediction\"`,"
            + " `timestep_type: expected one of discrete, found continuous`",
        "DDIM, `\"steps_offset\": 1000`, `steps_offset: expected 0 to 999, found 1000`",
        "DDIM, `\"steps_offset\": -1`, `steps_offset: expected 0 to 999, found -1`",
        "FLOW_MATCH_EULER, `\"use_dynamic_shifting\": true`, `use_dynamic_shifting: expected false,"
            + " found true`",
        "FLOW_MATCH_EULER, `\"invert_sigmas\": true`, `invert_sigmas: expected false, found true`",
        "FLOW_MATCH_EULER, `\"stochastic_sampling\": true`, `stochastic_sampling: expected false,"
            + " found true`",
        "FLOW_MATCH_EULER, `\"use_karras_sigmas\": true`, `use_karras_sigmas: expected false, found"
            + " true`",
        "FLOW_MATCH_EULER, `\"shift_terminal\": 0.1`, `shift_terminal: expected null, found a"
            + " value`",
        "FLOW_MATCH_EULER, `\"shift\": 0`, `shift: expected a positive number, found 0.0`",
        "FLOW_MATCH_EULER, `\"num_train_timesteps\": 0`, `num_train_timesteps: expected at least 1,"
            + " found 0`",
      })
  void keysThatAreNotBuilt(Kind kind, String keys, String message) {
    SchedulerConfig config = config(kind, keys);
    assertEquals("scheduler_config.json: " + message, refused(() -> kind.start(config, 5)));
    Set<Kind> others = EnumSet.allOf(Kind.class);
    others.removeIf(
        other ->
            other == kind
                || (other == Kind.FLOW_MATCH_EULER) != (kind == Kind.FLOW_MATCH_EULER)
                || config.predictionType() != PredictionType.EPSILON
                || config.json().has("steps_offset"));
    others.forEach(other -> assertTrue(other.start(config, 5).timesteps().length >= 5));
  }

  private static SchedulerConfig config(Kind kind, String keys) {
    return Configs.of(
        "{\"_class_name\": \"%s\", \"skip_prk_steps\": true, %s}"
            .formatted(kind.className(), keys));
  }

  /// Keys that would be refused, where other keys make them mean nothing.
  @Test
  void keysThatMeanNothingHere() {
    Kind.EULER.start(Configs.of("{\"sigma_min\": 0.1, \"sigma_max\": 9}"), 5);
    Kind.EULER.start(Configs.of("{\"timestep_type\": \"continuous\"}"), 5);
  }

  @ParameterizedTest
  @CsvSource({
    "DDIM, sample, ",
    "EULER, sample, ",
    "PNDM, sample, 'epsilon, v_prediction'",
    "EULER_ANCESTRAL, sample, 'epsilon, v_prediction'",
    "FLOW_MATCH_EULER, epsilon, flow",
    "FLOW_MATCH_EULER, v_prediction, flow",
  })
  void predictionsThatASamplerTakes(Kind kind, String type, String built) {
    SchedulerConfig config =
        Configs.of("{\"prediction_type\": \"%s\", \"skip_prk_steps\": true}".formatted(type));
    if (built == null) {
      kind.start(config, 5);
      return;
    }
    assertEquals(
        "scheduler_config.json: prediction_type: expected %s for this sampler, found %s"
            .formatted(built, type),
        refused(() -> kind.start(config, 5)));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FLOW_MATCH_EULER"})
  void modelsOfFlowNeedASamplerOfFlow(Kind kind) {
    SchedulerConfig config = config(Kind.FLOW_MATCH_EULER, "\"shift\": 3");
    assertEquals(PredictionType.FLOW, config.predictionType());
    assertTrue(refused(() -> kind.start(config, 5)).endsWith("for this sampler, found flow"));
  }

  /// `StableDiffusionPipeline` sets two keys of the sampler that its folder names, and of another
  /// made from that only where the file has them.
  @Test
  void whatThePipelineSets() {
    String keys = "\"steps_offset\": 0, \"clip_sample\": true";
    for (Kind named : new Kind[] {Kind.DDIM, Kind.PNDM}) {
      SchedulerConfig given = new SchedulerConfig(config(named, keys).json(), true);
      assertEquals(1, given.stepsOffset(Kind.DDIM));
      assertFalse(given.clipSample(Kind.DDIM));
      SchedulerConfig absent =
          new SchedulerConfig(config(named, "\"beta_end\": 0.02").json(), true);
      assertEquals(named == Kind.DDIM ? 1 : 0, absent.stepsOffset(Kind.DDIM));
      assertEquals(named != Kind.DDIM, absent.clipSample(Kind.DDIM));
    }
    SchedulerConfig other = config(Kind.DDIM, keys);
    assertEquals(0, other.stepsOffset(Kind.DDIM));
    assertTrue(other.clipSample(Kind.DDIM));
  }

  /// A run needs no more steps than there are time steps, and stays within them.
  @ParameterizedTest
  @CsvSource({
    "DDIM, 0, 'steps: expected 1 to 1000, got 0'",
    "EULER, 1001, 'steps: expected 1 to 1000, got 1001'",
    "FLOW_MATCH_EULER, 1001, 'steps: expected 1 to 1000, got 1001'",
    "FLOW_MATCH_EULER, 0, 'steps: expected 1 to 1000, got 0'",
    "PNDM, 1000, 'steps: a run of 1000 steps with steps_offset 1 reaches time step 1000.0; the"
        + " schedule has 0 to 999'",
  })
  void runsThatDoNotFit(Kind kind, int steps, String message) {
    SchedulerConfig config = config(kind, "\"timestep_spacing\": \"leading\", \"steps_offset\": 1");
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> kind.start(config, steps)).getMessage());
  }

  @Test
  void theLargestOffset() {
    assertEquals(999, config(Kind.DDIM, "\"steps_offset\": 999").stepsOffset(Kind.DDIM));
  }

  @Test
  void rungeKuttaNeedsFourSteps() {
    assertEquals(
        "pndm: expected at least 4 steps, got 3",
        assertThrows(IllegalArgumentException.class, () -> Kind.PNDM.start(Configs.of("{}"), 3))
            .getMessage());
  }

  /// Of x = signal·x₀ + noise·ε, from the target of each type back to both parts.
  @ParameterizedTest
  @CsvSource({
    "EPSILON, 0.8, 0.6, 3",
    "V_PREDICTION, 0.8, 0.6, 1.2",
    "SAMPLE, 0.8, 0.6, 2",
    "FLOW, 0.75, 0.25, 1"
  })
  void whatPredictionsMean(PredictionType type, double signal, double noise, double target) {
    NoiseLevel level = new NoiseLevel(signal, noise);
    Tensor original = Tensor.of(new float[] {2, -1}, 2);
    Tensor epsilon = Tensor.of(new float[] {3, 0.5f}, 2);
    Tensor x = level.addNoise(original, epsilon);
    assertEquals(2 * signal + 3 * noise, x.toDoubles()[0], 1e-6);
    Tensor output = type.target(original, epsilon, level);
    assertEquals(target, output.toDoubles()[0], 1e-6);
    Golden.assertClose("ε", epsilon, type.epsilon(output, x, level), 1e-6);
    Golden.assertClose("x₀", original, type.originalSample(output, x, level), 1e-6);
  }

  private static String refused(Runnable action) {
    return assertThrows(FileFormatException.class, action::run).getMessage();
  }
}
