package cadj.models.scheduler;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.json.JsonObject;

/// How much noise there is at each training time step, as `scheduler/scheduler_config.json` says
/// it.
///
/// x_t = √ᾱ_t·x₀ + √(1−ᾱ_t)·noise. The cumulative products ᾱ are kept in single precision, computed
/// as PyTorch computes them, since that is what models were trained with.
///
/// Absent keys mean diffusers' defaults for the scheduler that is asked for, which differ between
/// DDIM and PNDM; a file written for another scheduler is read as it stands, as
/// `DDIMScheduler.from_config` does.
public final class NoiseSchedule {
  private final float[] betas;
  private final float[] alphasCumprod;
  private final JsonObject config;
  private final PredictionType predictionType;

  private NoiseSchedule(float[] betas, JsonObject config, PredictionType predictionType) {
    this.betas = betas;
    this.alphasCumprod = alphasCumprod(betas);
    this.config = config;
    this.predictionType = predictionType;
  }

  /// Reads and checks a scheduler's configuration.
  public static NoiseSchedule of(JsonObject config) {
    for (String key : new String[] {"trained_betas", "variance_type"}) {
      if (config.has(key)) {
        throw config.error(key, "null", "a value");
      }
    }
    for (String key : new String[] {"thresholding", "rescale_betas_zero_snr"}) {
      if (config.boolOr(key, false)) {
        throw config.error(key, "false", "true");
      }
    }
    float[] betas = betas(config);
    int offset = config.integerOr("steps_offset", 0);
    if (offset < 0 || offset >= betas.length) {
      throw config.error("steps_offset", "0 to " + (betas.length - 1), String.valueOf(offset));
    }
    return new NoiseSchedule(betas, config, predictionType(config));
  }

  private static PredictionType predictionType(JsonObject config) {
    String type = config.stringOr("prediction_type", "epsilon");
    return switch (type) {
      case "epsilon" -> PredictionType.EPSILON;
      case "v_prediction" -> PredictionType.V_PREDICTION;
      default -> throw config.error("prediction_type", "epsilon or v_prediction", type);
    };
  }

  private static float[] betas(JsonObject config) {
    int count = config.integerOr("num_train_timesteps", 1000);
    if (count < 2 || count > 100_000) {
      throw config.error("num_train_timesteps", "2 to 100000", String.valueOf(count));
    }
    double start = config.numberOr("beta_start", 0.0001);
    double end = config.numberOr("beta_end", 0.02);
    if (!(start > 0 && start < 1 && end > 0 && end < 1)) {
      throw config.error("beta_start", "betas between 0 and 1", start + " to " + end);
    }
    String kind = config.stringOr("beta_schedule", "linear");
    return switch (kind) {
      case "linear" -> linspace((float) start, (float) end, count);
      case "scaled_linear" -> {
        float[] roots = linspace((float) Math.sqrt(start), (float) Math.sqrt(end), count);
        for (int i = 0; i < count; i++) {
          roots[i] *= roots[i];
        }
        yield roots;
      }
      default -> throw config.error("beta_schedule", "linear or scaled_linear", kind);
    };
  }

  /// torch.linspace: counted from both ends towards the middle, each value rounded once.
  private static float[] linspace(float start, float end, int count) {
    float step = (end - start) / (count - 1);
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      out[i] = i < count / 2 ? Math.fma(step, i, start) : Math.fma(-step, count - 1 - i, end);
    }
    return out;
  }

  /// torch.cumprod of 1 − β.
  private static float[] alphasCumprod(float[] betas) {
    float[] out = new float[betas.length];
    double product = 1;
    for (int i = 0; i < out.length; i++) {
      product *= 1 - betas[i];
      out[i] = (float) product;
    }
    return out;
  }

  public int trainTimesteps() {
    return betas.length;
  }

  public PredictionType predictionType() {
    return predictionType;
  }

  public float[] betas() {
    return betas.clone();
  }

  public float[] alphasCumprod() {
    return alphasCumprod.clone();
  }

  /// ᾱ at time step `t`.
  public float alphaCumprod(int t) {
    require(
        t >= 0 && t < alphasCumprod.length,
        "time step: expected 0 to %d, got %d",
        alphasCumprod.length - 1,
        t);
    return alphasCumprod[t];
  }

  JsonObject config() {
    return config;
  }

  /// How noisy latents are at time step `t`.
  public NoiseLevel level(int t) {
    return NoiseLevel.ofAlphaCumprod(alphaCumprod(t));
  }

  /// The sampler that the configuration names.
  public Scheduler.Kind kind() {
    String name = config.stringOr("_class_name", "nothing");
    return switch (name) {
      case "DDIMScheduler" -> Scheduler.Kind.DDIM;
      case "PNDMScheduler" -> Scheduler.Kind.PNDM;
      default -> throw config.error("_class_name", "DDIMScheduler or PNDMScheduler", name);
    };
  }
}
