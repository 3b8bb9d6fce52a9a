package cadj.models.scheduler;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Clamp.clamp;
import static cadj.models.scheduler.PredictionType.combine;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Arrays;
import java.util.EnumSet;

/// Denoising diffusion implicit models, Song et al. 2021 (arXiv:2010.02502): diffusers'
/// `DDIMScheduler`.
public final class DdimScheduler implements Scheduler {
  private final Config config;
  private final NoiseSchedule noise;
  private final double[] timesteps;
  private final int stride;

  /// The settings, by diffusers' keys.
  ///
  /// @param clipSample whether a predicted x₀ is clipped to ±`clipSampleRange`
  /// @param setAlphaToOne whether ᾱ before the first time step is 1, else that of time step 0
  record Config(
      NoiseSchedule noise,
      PredictionType predictionType,
      TimestepSpacing timestepSpacing,
      int stepsOffset,
      boolean clipSample,
      double clipSampleRange,
      boolean setAlphaToOne) {
    static Config of(SchedulerConfig file) {
      file.requireFalse("thresholding");
      NoiseSchedule noise = NoiseSchedule.of(file.json());
      boolean zeroSnr = file.json().boolOr("rescale_betas_zero_snr", false);
      return new Config(
          zeroSnr ? noise.withZeroTerminalSnr() : noise,
          file.predictionType(
              Kind.DDIM,
              EnumSet.of(
                  PredictionType.EPSILON, PredictionType.V_PREDICTION, PredictionType.SAMPLE)),
          TimestepSpacing.of(file, TimestepSpacing.LEADING),
          file.stepsOffset(Kind.DDIM),
          file.clipSample(Kind.DDIM, true),
          file.json().numberOr("clip_sample_range", 1),
          file.json().boolOr("set_alpha_to_one", true));
    }

    float finalAlphaCumprod() {
      return setAlphaToOne ? 1 : noise.alphaCumprod(0);
    }
  }

  public DdimScheduler(SchedulerConfig file, int steps) {
    config = Config.of(file);
    noise = config.noise();
    timesteps =
        Arrays.stream(
                config
                    .timestepSpacing()
                    .descending(noise.trainTimesteps(), steps, config.stepsOffset()))
            .map(Math::rint)
            .toArray();
    stride = noise.trainTimesteps() / steps;
  }

  @Override
  public double[] timesteps() {
    return timesteps.clone();
  }

  @Override
  public NoiseLevel level(int index) {
    return noise.level((int) timesteps[index]);
  }

  @Override
  public Tensor step(int index, Tensor output, Tensor latents, Noise noise) {
    return stepFrom((int) timesteps[index], output, latents, 0, false, noise);
  }

  /// One step from time step `t`, with noise of `eta` times the DDPM's standard deviation, DDIM eq.
  /// 12 and 16:
  ///
  /// ```
  /// x ← √ᾱ'·x₀ + √(1−ᾱ'−σ²)·ε + σ·noise,   σ = eta·√((1−ᾱ')/(1−ᾱ) · (1−ᾱ/ᾱ'))
  /// ```
  ///
  /// ε stays what was predicted where x₀ is clipped, unless `useClipped`.
  ///
  /// @param useClipped `use_clipped_model_output`: whether ε is what fits the clipped x₀
  /// @param noise drawn from only if eta > 0
  Tensor stepFrom(
      int t, Tensor output, Tensor latents, double eta, boolean useClipped, Noise noise) {
    double alpha = this.noise.alphaCumprod(t);
    double alphaPrev =
        t >= stride ? this.noise.alphaCumprod(t - stride) : config.finalAlphaCumprod();
    double variance = (1 - alphaPrev) / (1 - alpha) * (1 - alpha / alphaPrev);
    double sigma = eta * Math.sqrt(variance);
    double rest = Math.sqrt(1 - alphaPrev - sigma * sigma);
    return Scope.keep(
        "ddim step",
        () -> {
          Tensor x0 = originalSample(t, output, latents);
          NoiseLevel level = this.noise.level(t);
          Tensor epsilon =
              useClipped
                  ? PredictionType.SAMPLE.epsilon(x0, latents, level)
                  : config.predictionType().epsilon(output, latents, level);
          Tensor mean = combine(Math.sqrt(alphaPrev), x0, rest, epsilon);
          return eta > 0 ? add(mean, scale(noise.like(latents), (float) sigma)) : mean;
        });
  }

  /// The clean latents x₀ predicted at time step `t`, clipped if the configuration says so.
  Tensor originalSample(int t, Tensor output, Tensor latents) {
    Tensor x0 = config.predictionType().originalSample(output, latents, noise.level(t));
    float range = (float) config.clipSampleRange();
    return config.clipSample() ? clamp(x0, -range, range) : x0;
  }
}
