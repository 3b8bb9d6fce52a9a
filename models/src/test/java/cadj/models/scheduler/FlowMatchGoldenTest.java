package cadj.models.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.scheduler.Scheduler.Kind;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// diffusers' flow matching with Stable Diffusion 3's settings.
@GoldenTest
class FlowMatchGoldenTest {
  private static final double TOLERANCE = 1e-6;
  private static final Pattern SIGMAS = Pattern.compile("sigmas\\.(\\d+)");
  private static final Pattern PLACE =
      Pattern.compile("(step|scale_noise)\\.n(\\d+)\\.i(\\d+)(\\.prev_sample)?");

  private final SchedulerConfig config =
      new SchedulerConfig(
          JsonFile.read(Golden.require("sd3-tiny/scheduler/scheduler_config.json")), false);
  private final SafetensorsFile golden = Golden.open("sd3-tiny/expected/scheduler.safetensors");

  @AfterEach
  void close() {
    golden.close();
  }

  @Test
  void theFileNamesIt() {
    assertEquals(Kind.FLOW_MATCH_EULER, config.kind());
    assertEquals(PredictionType.FLOW, config.predictionType());
  }

  @Test
  void timestepsAndLevels() {
    List<MatchResult> runs = names(SIGMAS);
    assertTrue(runs.size() >= 4);
    for (MatchResult name : runs) {
      int steps = Integer.parseInt(name.group(1));
      Scheduler run = config.kind().start(config, steps);
      double[] timesteps = golden.tensor("timesteps." + steps).toDoubles();
      assertArrayEquals(timesteps, run.timesteps(), 1e-4);
      double[] sigmas = golden.tensor(name.group()).toDoubles();
      for (int i = 0; i < steps; i++) {
        assertEquals(sigmas[i], run.level(i).noise(), 1e-7);
        assertEquals(1 - sigmas[i], run.level(i).signal(), 1e-7);
      }
      assertEquals(1, run.initNoiseSigma());
      Golden.count(steps);
    }
  }

  /// The shift, on every time step of the training and on sigmas that were given.
  @Test
  void shiftedSigmas() {
    FlowMatchEulerScheduler.Config settings = FlowMatchEulerScheduler.Config.of(config);
    double[] train = golden.tensor("sigmas_train").toDoubles();
    double[] timesteps = golden.tensor("timesteps_train").toDoubles();
    assertEquals(settings.numTrainTimesteps(), train.length);
    for (int i = 0; i < train.length; i++) {
      double sigma = settings.shifted((double) (train.length - i) / train.length);
      // PyTorch shifts in fp32: three roundings
      assertEquals(train[i], sigma, 2e-7);
      assertEquals(timesteps[i], sigma * train.length, 2e-7 * timesteps[i]);
    }
    assertEquals(golden.tensor("sigma_max").item(), train[0]);
    assertEquals(golden.tensor("sigma_min").item(), settings.smallest());
    double[] given = golden.tensor("custom_sigmas").toDoubles();
    double[] custom = golden.tensor("custom.sigmas").toDoubles();
    assertEquals(given.length + 1, custom.length);
    for (int i = 0; i < given.length; i++) {
      assertEquals(custom[i], settings.shifted(given[i]), 2e-7);
    }
    Golden.count(train.length + given.length);
  }

  /// From `x`, with the output, or the noise, `model_output`.
  @Test
  void stepsAndAddedNoise() {
    Tensor x = golden.tensor("x");
    Tensor output = golden.tensor("model_output");
    List<MatchResult> places = names(PLACE);
    assertTrue(places.size() >= 20);
    for (MatchResult name : places) {
      Scheduler run = config.kind().start(config, Integer.parseInt(name.group(2)));
      int index = Integer.parseInt(name.group(3));
      Tensor actual =
          name.group(1).equals("step")
              ? run.step(index, output, x, Noise.NONE)
              : run.level(index).addNoise(x, output);
      Golden.assertClose(name.group(), golden.tensor(name.group()), actual, TOLERANCE);
      Golden.count(1);
    }
  }

  /// Each training time step once; without a shift, σ is its share of them.
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void asManyStepsAsTimeSteps(int count) {
    SchedulerConfig all =
        Configs.of(
            """
            {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": %d}
            """
                .formatted(count));
    Scheduler run = all.kind().start(all, count);
    for (int i = 0; i < count; i++) {
      assertEquals(count - i, run.timesteps()[i], 1e-6);
      assertEquals((double) (count - i) / count, run.level(i).noise(), 1e-6);
    }
  }

  private List<MatchResult> names(Pattern pattern) {
    return golden.names().stream()
        .flatMap(name -> pattern.matcher(name).results().filter(m -> m.group().equals(name)))
        .toList();
  }
}
