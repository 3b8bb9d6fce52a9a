package cadj.models.scheduler;

import static cadj.models.scheduler.PredictionType.combine;
import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import cadj.tensor.memory.Scope;
import java.util.EnumSet;

/// Euler's method along the straight paths of flow matching, with time steps shifted towards noise,
/// Esser et al. 2024 (arXiv:2403.03206): diffusers' `FlowMatchEulerDiscreteScheduler` without
/// shifting by the picture's size.
///
/// ```
/// x_σ = (1−σ)·x₀ + σ·ε,   x ← x + (σ' − σ)·v
/// ```
public final class FlowMatchEulerScheduler implements Scheduler {
  private final double[] timesteps;
  private final float[] sigmas;

  /// The settings, by diffusers' keys.
  record Config(int numTrainTimesteps, double shift) {
    static Config of(SchedulerConfig file) {
      file.predictionType(Kind.FLOW_MATCH_EULER, EnumSet.of(PredictionType.FLOW));
      file.requireUnset("shift_terminal");
      file.requireFalse(
          "use_dynamic_shifting",
          "invert_sigmas",
          "use_karras_sigmas",
          "use_exponential_sigmas",
          "use_beta_sigmas",
          "stochastic_sampling");
      JsonObject json = file.json();
      int train = json.integerOr("num_train_timesteps", 1000);
      if (train < 1) {
        throw json.error("num_train_timesteps", "at least 1", String.valueOf(train));
      }
      double shift = json.numberOr("shift", 1);
      if (!(shift > 0)) {
        throw json.error("shift", "a positive number", String.valueOf(shift));
      }
      return new Config(train, shift);
    }

    double shifted(double sigma) {
      return shift * sigma / (1 + (shift - 1) * sigma);
    }

    /// σ of the first training time step, in single precision.
    double smallest() {
      float sigma = 1f / numTrainTimesteps;
      return (float) shift * sigma / (1 + (float) (shift - 1) * sigma);
    }
  }

  public FlowMatchEulerScheduler(SchedulerConfig file, int steps) {
    Config config = Config.of(file);
    int train = config.numTrainTimesteps();
    require(steps >= 1 && steps <= train, "steps: expected 1 to %d, got %d", train, steps);
    double[] spaced = Linspace.of((double) train, config.smallest() * train, steps);
    timesteps = new double[steps];
    sigmas = new float[steps + 1];
    for (int i = 0; i < steps; i++) {
      // the smallest one is shifted a second time, as the models' pipelines have it
      sigmas[i] = (float) config.shifted(spaced[i] / train);
      timesteps[i] = sigmas[i] * train;
    }
  }

  @Override
  public double[] timesteps() {
    return timesteps.clone();
  }

  @Override
  public NoiseLevel level(int index) {
    return new NoiseLevel(1.0 - sigmas[index], sigmas[index]);
  }

  @Override
  public Tensor step(int index, Tensor output, Tensor latents, Noise noise) {
    double length = (double) sigmas[index + 1] - sigmas[index];
    return Scope.keep("flow step", () -> combine(1, latents, length, output));
  }
}
