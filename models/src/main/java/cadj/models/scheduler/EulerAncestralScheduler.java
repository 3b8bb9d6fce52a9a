package cadj.models.scheduler;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.models.scheduler.PredictionType.combine;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.EnumSet;

/// Ancestral sampling with Euler's method: a step down to σ_down, below the next σ', then noise of
/// deviation σ_up, which makes up for it. diffusers' `EulerAncestralDiscreteScheduler`.
///
/// ```
/// σ_up = σ'·√(σ² − σ'²)/σ,   σ_down = √(σ'² − σ_up²)
/// x ← x + (σ_down − σ)·ε + σ_up·noise
/// ```
public final class EulerAncestralScheduler implements Scheduler {
  private final PredictionType predictionType;
  private final Sigmas sigmas;

  public EulerAncestralScheduler(SchedulerConfig file, int steps) {
    predictionType =
        file.predictionType(
            Kind.EULER_ANCESTRAL, EnumSet.of(PredictionType.EPSILON, PredictionType.V_PREDICTION));
    Sigmas.Training training = Sigmas.Training.of(file);
    TimestepSpacing spacing = TimestepSpacing.of(file, TimestepSpacing.LINSPACE);
    double[] timesteps =
        spacing.descending(training.count(), steps, file.stepsOffset(Kind.EULER_ANCESTRAL));
    sigmas = new Sigmas(timesteps, training.at(timesteps), 0, spacing);
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

  /// Draws noise at the last step too, which it does not need.
  @Override
  public Tensor step(int index, Tensor output, Tensor latents, Noise noise) {
    double from = sigmas.at(index);
    double to = sigmas.at(index + 1);
    double up = to * Math.sqrt(from * from - to * to) / from;
    double down = Math.sqrt(to * to - up * up);
    return Scope.keep(
        "euler ancestral step",
        () -> {
          Tensor input = scaleModelInput(index, latents);
          Tensor epsilon = predictionType.epsilon(output, input, level(index));
          Tensor ahead = combine(1, latents, down - from, epsilon);
          return add(ahead, scale(noise.like(latents), (float) up));
        });
  }
}
