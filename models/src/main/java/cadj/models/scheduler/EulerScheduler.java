package cadj.models.scheduler;

import static cadj.models.scheduler.PredictionType.combine;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.EnumSet;

/// Euler's method for the probability flow in σ, Karras et al. 2022 (arXiv:2206.00364), algorithm 2
/// without added noise: diffusers' `EulerDiscreteScheduler`.
///
/// ```
/// dx/dσ = ε(x/√(σ²+1)),   x ← x + (σ' − σ)·ε
/// ```
public final class EulerScheduler implements Scheduler {
  private final Config config;
  private final Sigmas sigmas;

  /// The settings, by diffusers' keys.
  record Config(
      Sigmas.Training training,
      PredictionType predictionType,
      TimestepSpacing timestepSpacing,
      int stepsOffset,
      boolean logLinear,
      boolean useKarrasSigmas,
      boolean endsAtSigmaMin) {
    static Config of(SchedulerConfig file) {
      file.requireFalse("use_exponential_sigmas", "use_beta_sigmas");
      boolean karras = file.json().boolOr("use_karras_sigmas", false);
      if (karras) {
        file.requireUnset("sigma_min", "sigma_max");
      }
      PredictionType type =
          file.predictionType(
              Kind.EULER,
              EnumSet.of(
                  PredictionType.EPSILON, PredictionType.V_PREDICTION, PredictionType.SAMPLE));
      if (type == PredictionType.V_PREDICTION) {
        file.oneOf("timestep_type", "discrete");
      }
      return new Config(
          Sigmas.Training.of(file),
          type,
          TimestepSpacing.of(file, TimestepSpacing.LINSPACE),
          file.stepsOffset(Kind.EULER),
          file.oneOf("interpolation_type", "linear", "log_linear").equals("log_linear"),
          karras,
          file.oneOf("final_sigmas_type", "zero", "sigma_min").equals("sigma_min"));
    }
  }

  public EulerScheduler(SchedulerConfig file, int steps) {
    config = Config.of(file);
    Sigmas.Training training = config.training();
    double[] timesteps =
        config.timestepSpacing().descending(training.count(), steps, config.stepsOffset());
    double[] spaced = config.logLinear() ? training.logLinear(steps + 1) : training.at(timesteps);
    if (config.useKarrasSigmas()) {
      spaced = Sigmas.karras(spaced[0], spaced[spaced.length - 1], steps);
      timesteps = training.timesteps(spaced);
    }
    double last = config.endsAtSigmaMin() ? training.smallest() : 0;
    sigmas = new Sigmas(timesteps, spaced, last, config.timestepSpacing());
  }

  @Override
  public double[] timesteps() {
    return sigmas.timesteps();
  }

  @Override
  public double initNoiseSigma() {
    return sigmas.initNoiseSigma();
  }

  @Override
  public Tensor scaleModelInput(int index, Tensor latents) {
    return sigmas.scaleModelInput(index, latents);
  }

  @Override
  public NoiseLevel level(int index) {
    return sigmas.level(index);
  }

  @Override
  public Tensor addNoise(int index, Tensor original, Tensor noise) {
    return combine(1, original, sigmas.at(index), noise);
  }

  @Override
  public Tensor step(int index, Tensor output, Tensor latents, Noise noise) {
    return Scope.keep(
        "euler step",
        () -> {
          Tensor input = scaleModelInput(index, latents);
          Tensor epsilon = config.predictionType().epsilon(output, input, level(index));
          return combine(1, latents, sigmas.at(index + 1) - sigmas.at(index), epsilon);
        });
  }
}
