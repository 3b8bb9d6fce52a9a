package cadj.models.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.scheduler.Scheduler.Kind;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import java.util.Arrays;
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
          + " EulerAncestralDiscreteScheduler, DPMSolverMultistepScheduler,"
          + " UniPCMultistepScheduler, LCMScheduler, FlowMatchEulerDiscreteScheduler (or another"
          + " --scheduler in its place)";

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DPMPP_2M_KARRAS")
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

  /// Each sampler that heeds the keys refuses them; to the others they mean nothing.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "DDIM LCM DPMPP_2M DPMPP_2M_KARRAS UNIPC | \"thresholding\": true | thresholding:"
            + " expected false, found true",
        "EULER DPMPP_2M DPMPP_2M_KARRAS UNIPC | \"use_exponential_sigmas\": true |"
            + " use_exponential_sigmas: expected false, found true",
        "EULER DPMPP_2M DPMPP_2M_KARRAS UNIPC | \"use_beta_sigmas\": true | use_beta_sigmas:"
            + " expected false, found true",
        "EULER DPMPP_2M DPMPP_2M_KARRAS UNIPC | \"use_karras_sigmas\": true, \"sigma_min\":"
            + " 0.1 | sigma_min: expected null, found a value",
        "EULER DPMPP_2M DPMPP_2M_KARRAS UNIPC | \"use_karras_sigmas\": true, \"sigma_max\":"
            + " 9 | sigma_max: expected null, found a value",
        "DPMPP_2M_KARRAS | \"sigma_max\": 9 | sigma_max: expected null, found a value",
        "EULER | \"interpolation_type\": \"cubic\" | interpolation_type: expected one of"
            + " linear, log_linear, found cubic",
        "EULER DPMPP_2M DPMPP_2M_KARRAS UNIPC | \"final_sigmas_type\": \"one\" |"
            + " final_sigmas_type: expected one of zero, sigma_min, found one",
        "EULER | \"timestep_type\": \"continuous\", \"prediction_type\": \"v_prediction\" |"
            + " timestep_type: expected one of discrete, found continuous",
        "DPMPP_2M DPMPP_2M_KARRAS UNIPC | \"solver_order\": 0 | solver_order: expected 1 to"
            + " 3, found 0",
        "DPMPP_2M DPMPP_2M_KARRAS UNIPC | \"solver_order\": 4 | solver_order: expected 1 to"
            + " 3, found 4",
        "DPMPP_2M DPMPP_2M_KARRAS UNIPC | \"use_flow_sigmas\": true | use_flow_sigmas:"
            + " expected false, found true",
        "DPMPP_2M DPMPP_2M_KARRAS | \"use_lu_lambdas\": true | use_lu_lambdas: expected"
            + " false, found true",
        "DPMPP_2M DPMPP_2M_KARRAS | \"algorithm_type\": \"sde-dpmsolver++\" |"
            + " algorithm_type: expected one of dpmsolver++, deis, found sde-dpmsolver++",
        "DPMPP_2M DPMPP_2M_KARRAS | \"variance_type\": \"learned_range\" | variance_type:"
            + " expected a model that predicts no variance, found learned_range",
        "DPMPP_2M DPMPP_2M_KARRAS | \"lambda_min_clipped\": 9 | lambda_min_clipped: expected"
            + " a value that leaves time steps, found 9.0",
        "DPMPP_2M DPMPP_2M_KARRAS | \"lambda_min_clipped\": \"x\" | lambda_min_clipped:"
            + " expected a number, found \"x\"",
        "UNIPC | \"predict_x0\": false | predict_x0: expected true, found false",
        "UNIPC | \"solver_p\": \"DDIM\" | solver_p: expected null, found a value",
        "UNIPC | \"use_dynamic_shifting\": true | use_dynamic_shifting: expected false,"
            + " found true",
        "UNIPC | \"solver_type\": \"bh1\" | final_sigmas_type: expected sigma_min with"
            + " solver_type bh1 or without lower_order_final, which have no value at 0, found zero",
        "UNIPC | \"lower_order_final\": false | final_sigmas_type: expected sigma_min with"
            + " solver_type bh1 or without lower_order_final, which have no value at 0, found zero",
        "LCM | \"original_inference_steps\": 0 | original_inference_steps: expected 1 to"
            + " 1000, found 0",
        "LCM | \"original_inference_steps\": 1001 | original_inference_steps: expected 1 to"
            + " 1000, found 1001",
        "DDIM | \"steps_offset\": 1000 | steps_offset: expected 0 to 999, found 1000",
        "DDIM | \"steps_offset\": -1 | steps_offset: expected 0 to 999, found -1",
        "FLOW_MATCH_EULER | \"use_dynamic_shifting\": true | use_dynamic_shifting: expected"
            + " false, found true",
        "FLOW_MATCH_EULER | \"invert_sigmas\": true | invert_sigmas: expected false, found"
            + " true",
        "FLOW_MATCH_EULER | \"stochastic_sampling\": true | stochastic_sampling: expected"
            + " false, found true",
        "FLOW_MATCH_EULER | \"use_karras_sigmas\": true | use_karras_sigmas: expected false,"
            + " found true",
        "FLOW_MATCH_EULER | \"shift_terminal\": 0.1 | shift_terminal: expected null, found a"
            + " value",
        "FLOW_MATCH_EULER | \"shift\": 0 | shift: expected a positive number, found 0.0",
        "FLOW_MATCH_EULER | \"num_train_timesteps\": 0 | num_train_timesteps: expected at"
            + " least 1, found 0",
      })
  void keysThatAreNotBuilt(String kinds, String keys, String message) {
    Set<Kind> refuse = EnumSet.noneOf(Kind.class);
    Arrays.stream(kinds.split(" ")).map(Kind::valueOf).forEach(refuse::add);
    boolean ofFlow = refuse.contains(Kind.FLOW_MATCH_EULER);
    for (Kind kind : Kind.values()) {
      SchedulerConfig config = config(kind, keys);
      if (refuse.contains(kind)) {
        assertEquals("scheduler_config.json: " + message, refused(() -> kind.start(config, 5)));
      } else if (ofFlow == (kind == Kind.FLOW_MATCH_EULER) && !keys.contains("steps_offset")) {
        assertTrue(kind.start(config, 5).timesteps().length >= 5);
      }
    }
  }

  private static SchedulerConfig config(Kind kind, String keys) {
    return Configs.of(
        "{\"_class_name\": \"%s\", \"skip_prk_steps\": true, %s}"
            .formatted(kind.className(), keys));
  }

  /// Keys that would be refused, where other keys make them mean nothing, and other samplers'
  /// words.
  @Test
  void keysThatMeanNothingHere() {
    Kind.DPMPP_2M.start(Configs.of("{\"sigma_min\": 0.1, \"use_dynamic_shifting\": true}"), 5);
    Kind.DPMPP_2M.start(Configs.of("{\"variance_type\": \"fixed_small\"}"), 5);
    Kind.DPMPP_2M.start(Configs.of("{\"algorithm_type\": \"deis\"}"), 5);
    for (String type : new String[] {"midpoint", "heun", "logrho", "bh2"}) {
      SchedulerConfig config = Configs.of("{\"solver_type\": \"%s\"}".formatted(type));
      Kind.DPMPP_2M.start(config, 5);
      Kind.UNIPC.start(config, 5);
    }
    Kind.LCM.start(Configs.of("{\"timestep_spacing\": \"?\", \"steps_offset\": 7000}"), 5);
    Kind.EULER.start(Configs.of("{\"sigma_min\": 0.1, \"sigma_max\": 9}"), 5);
    Kind.EULER.start(Configs.of("{\"timestep_type\": \"continuous\"}"), 5);
  }

  @ParameterizedTest
  @CsvSource({
    "DDIM, sample, ",
    "EULER, sample, ",
    "PNDM, sample, 'epsilon, v_prediction'",
    "EULER_ANCESTRAL, sample, 'epsilon, v_prediction'",
    "DPMPP_2M, sample, ",
    "UNIPC, sample, ",
    "LCM, sample, ",
  })
  void predictionsThatASamplerTakes(Kind kind, String type, String built) {
    SchedulerConfig config = config(kind, "\"prediction_type\": \"%s\"".formatted(type));
    if (built == null) {
      kind.start(config, 5);
      return;
    }
    assertEquals(
        "scheduler_config.json: prediction_type: expected %s for this sampler, found %s"
            .formatted(built, type),
        refused(() -> kind.start(config, 5)));
  }

  /// A sampler put in place of the one that the file names is whoever's who asked for it.
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FLOW_MATCH_EULER")
  void modelsOfFlowNeedASamplerOfFlow(Kind kind) {
    SchedulerConfig flow = config(Kind.FLOW_MATCH_EULER, "\"shift\": 3");
    assertEquals(PredictionType.FLOW, flow.predictionType());
    String message = notForIt(kind, flow);
    assertTrue(message.startsWith("scheduler: " + kind + " is for models that predict epsilon"));
    assertTrue(message.endsWith("this one predicts flow, which flow_match_euler is for"), message);
    assertEquals(
        "scheduler: flow_match_euler is for models that predict flow; this one predicts"
            + " v_prediction, which ddim is for",
        notForIt(Kind.FLOW_MATCH_EULER, config(kind, "\"prediction_type\": \"v_prediction\"")));
  }

  private static String notForIt(Kind kind, SchedulerConfig config) {
    return assertThrows(IllegalArgumentException.class, () -> kind.start(config, 5)).getMessage();
  }

  /// `StableDiffusionPipeline` sets two keys of the sampler that its folder names, and of another
  /// made from that only where the file has them.
  @Test
  void whatThePipelineSets() {
    String keys = "\"steps_offset\": 0, \"clip_sample\": true";
    for (Kind named : new Kind[] {Kind.DDIM, Kind.PNDM}) {
      SchedulerConfig given = new SchedulerConfig(config(named, keys).json(), true);
      assertEquals(1, given.stepsOffset(Kind.DDIM));
      assertFalse(given.clipSample(Kind.DDIM, true));
      SchedulerConfig absent =
          new SchedulerConfig(config(named, "\"beta_end\": 0.02").json(), true);
      assertEquals(named == Kind.DDIM ? 1 : 0, absent.stepsOffset(Kind.DDIM));
      assertEquals(named != Kind.DDIM, absent.clipSample(Kind.DDIM, true));
    }
    SchedulerConfig other = config(Kind.DDIM, keys);
    assertEquals(0, other.stepsOffset(Kind.DDIM));
    assertTrue(other.clipSample(Kind.DDIM, true));
  }

  /// A run needs no more steps than there are time steps, and stays within them.
  @ParameterizedTest
  @CsvSource({
    "DDIM, 0, 'steps: expected 1 to 1000, got 0'",
    "EULER, 1001, 'steps: expected 1 to 1000, got 1001'",
    "FLOW_MATCH_EULER, 1001, 'steps: expected 1 to 1000, got 1001'",
    "DPMPP_2M, 1000, 'steps: expected 1 to 999, got 1000'",
    "UNIPC, 0, 'steps: expected 1 to 999, got 0'",
    "LCM, 51, 'steps: expected 1 to 50, the steps that the model was distilled from, got 51'",
    "LCM, 0, 'steps: expected 1 to 50, the steps that the model was distilled from, got 0'",
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

  /// ε of nothing but noise is that noise.
  @ParameterizedTest
  @CsvSource({"DDIM", "LCM"})
  void epsilonTellsNothingWhereAllIsNoise(Kind kind) {
    String keys = "\"rescale_betas_zero_snr\": true, \"timestep_spacing\": \"trailing\"";
    assertEquals(
        "scheduler_config.json: rescale_betas_zero_snr: expected false for a model that predicts"
            + " epsilon, which tells nothing where all is noise, found true",
        refused(() -> kind.start(config(kind, keys), 5)));
    kind.start(config(kind, keys + ", \"prediction_type\": \"v_prediction\""), 5);
    Kind.DDIM.start(config(kind, "\"rescale_betas_zero_snr\": true"), 5); // begins before the last
    Kind.EULER.start(config(kind, keys), 5); // begins near it
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
