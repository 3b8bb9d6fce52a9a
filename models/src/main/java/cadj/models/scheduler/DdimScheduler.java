package cadj.models.scheduler;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Clamp.clamp;
import static cadj.models.scheduler.PredictionType.combine;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Arrays;

/// Denoising diffusion implicit models, Song et al. 2021 (arXiv:2010.02502), as diffusers'
/// `DDIMScheduler` has it.
public final class DdimScheduler implements Scheduler {
  private final NoiseSchedule schedule;
  private final int[] timesteps;
  private final int stride;
  private final float finalAlphaCumprod;
  private final boolean clipSample;
  private final float clipRange;

  public DdimScheduler(NoiseSchedule schedule, int steps) {
    this.schedule = schedule;
    int[] ascending = Spacing.ascending(schedule, steps);
    timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = ascending[steps - 1 - i];
    }
    stride = schedule.trainTimesteps() / steps;
    finalAlphaCumprod = finalAlphaCumprod(schedule);
    clipSample = schedule.config().boolOr("clip_sample", true);
    clipRange = (float) schedule.config().numberOr("clip_sample_range", 1);
  }

  /// ᾱ before the first time step: 1, or that of time step 0 where `set_alpha_to_one` is false.
  static float finalAlphaCumprod(NoiseSchedule schedule) {
    return schedule.config().boolOr("set_alpha_to_one", true) ? 1f : schedule.alphaCumprod(0);
  }

  @Override
  public double[] timesteps() {
    return Arrays.stream(timesteps).asDoubleStream().toArray();
  }

  @Override
  public double initNoiseSigma() {
    return 1;
  }

  @Override
  public Tensor scaleModelInput(int index, Tensor latents) {
    return latents;
  }

  @Override
  public NoiseLevel level(int index) {
    return schedule.level(timesteps[index]);
  }

  @Override
  public Tensor step(int index, Tensor output, Tensor latents, Noise noise) {
    return stepFrom(timesteps[index], output, latents, 0, latents);
  }

  /// One step from time step `t`, with noise of `eta` times the DDPM's standard deviation: DDIM eq.
  /// 12, 16.
  ///
  /// @param noise standard normal, read only if eta > 0
  public Tensor stepFrom(int t, Tensor output, Tensor latents, double eta, Tensor noise) {
    double alpha = schedule.alphaCumprod(t);
    double alphaPrev = alphaBefore(t);
    double variance = (1 - alphaPrev) / (1 - alpha) * (1 - alpha / alphaPrev);
    double sigma = eta * Math.sqrt(variance);
    double rest = Math.sqrt(1 - alphaPrev - sigma * sigma);
    return Scope.keep(
        "ddim step",
        () -> {
          Tensor x0 = originalSample(t, output, latents);
          Tensor direction = schedule.predictionType().epsilon(output, latents, schedule.level(t));
          Tensor mean = combine(Math.sqrt(alphaPrev), x0, rest, direction);
          return eta > 0 ? add(mean, scale(noise, (float) sigma)) : mean;
        });
  }

  /// The clean latents predicted at time step `t`, clipped if the configuration says so.
  public Tensor originalSample(int t, Tensor output, Tensor latents) {
    Tensor x0 = schedule.predictionType().originalSample(output, latents, schedule.level(t));
    return clipSample ? clamp(x0, -clipRange, clipRange) : x0;
  }

  private double alphaBefore(int t) {
    return t - stride >= 0 ? schedule.alphaCumprod(t - stride) : finalAlphaCumprod;
  }
}
