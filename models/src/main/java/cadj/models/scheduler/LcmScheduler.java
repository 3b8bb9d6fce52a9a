package cadj.models.scheduler;

import static cadj.autograd.ops.Clamp.clamp;
import static cadj.models.scheduler.PredictionType.combine;
import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import cadj.tensor.memory.Scope;
import java.util.EnumSet;

/// Multistep sampling of latent consistency models, Luo et al. 2023 (arXiv:2310.04378): diffusers'
/// `LCMScheduler`. Each call predicts clean latents, to which noise is added for the next.
///
/// ```
/// denoised = c_out·x₀ + c_skip·x,   s = 10·t,  c_skip = ¼/(s² + ¼),  c_out = s/√(s² + ¼)
/// x ← √ᾱ'·denoised + √(1−ᾱ')·noise
/// ```
///
/// For models that were distilled for it (or have such a LoRA); others give washed-out pictures.
public final class LcmScheduler implements Scheduler {
  /// σ_data²
  private static final double DATA_VARIANCE = 0.25;

  private final Config config;
  private final int[] timesteps;

  /// The settings, by diffusers' keys.
  ///
  /// @param originalInferenceSteps steps of the solver that the model was distilled from
  /// @param timestepScaling s over t
  record Config(
      NoiseSchedule noise,
      PredictionType predictionType,
      int originalInferenceSteps,
      double timestepScaling,
      boolean clipSample,
      double clipSampleRange) {
    static Config of(SchedulerConfig file) {
      file.requireFalse("thresholding");
      JsonObject json = file.json();
      NoiseSchedule noise = NoiseSchedule.of(json, NoiseSchedule.Defaults.SCALED_LINEAR);
      int original = json.integerOr("original_inference_steps", 50);
      if (original < 1 || original > noise.trainTimesteps()) {
        throw json.error(
            "original_inference_steps", "1 to " + noise.trainTimesteps(), String.valueOf(original));
      }
      return new Config(
          json.boolOr("rescale_betas_zero_snr", false) ? noise.withZeroTerminalSnr() : noise,
          file.predictionType(
              Kind.LCM,
              EnumSet.of(
                  PredictionType.EPSILON, PredictionType.V_PREDICTION, PredictionType.SAMPLE)),
          original,
          json.numberOr("timestep_scaling", 10),
          file.clipSample(Kind.LCM, false),
          json.numberOr("clip_sample_range", 1));
    }
  }

  public LcmScheduler(SchedulerConfig file, int steps) {
    config = Config.of(file);
    int original = config.originalInferenceSteps();
    require(
        steps >= 1 && steps <= original,
        "steps: expected 1 to %d, the steps that the model was distilled from, got %d",
        original,
        steps);
    int stride = config.noise().trainTimesteps() / original;
    timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      int before = (int) (i * ((double) original / steps)); // rounded as the reference does
      timesteps[i] = (original - before) * stride - 1;
    }
  }

  @Override
  public double[] timesteps() {
    double[] out = new double[timesteps.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = timesteps[i];
    }
    return out;
  }

  @Override
  public NoiseLevel level(int index) {
    return config.noise().level(timesteps[index]);
  }

  @Override
  public Tensor step(int index, Tensor output, Tensor latents, Noise noise) {
    return Scope.keep(
        "lcm step",
        () -> {
          Tensor denoised = denoised(index, output, latents);
          return index + 1 == timesteps.length
              ? denoised
              : level(index + 1).addNoise(denoised, noise.like(latents));
        });
  }

  /// The clean latents of the `index`-th call.
  Tensor denoised(int index, Tensor output, Tensor latents) {
    Tensor x0 = config.predictionType().originalSample(output, latents, level(index));
    float range = (float) config.clipSampleRange();
    double scaled = timesteps[index] * config.timestepScaling();
    double sum = scaled * scaled + DATA_VARIANCE;
    return combine(
        scaled / Math.sqrt(sum),
        config.clipSample() ? clamp(x0, -range, range) : x0,
        DATA_VARIANCE / sum,
        latents);
  }
}
