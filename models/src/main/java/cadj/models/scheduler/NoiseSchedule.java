package cadj.models.scheduler;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;

/// The noise level of each training time step:
///
/// ```
/// x_t = √ᾱ_t·x₀ + √(1−ᾱ_t)·ε,   ᾱ_t = ∏ (1 − β_s) over s ≤ t
/// ```
///
/// β and ᾱ are kept in single precision, computed as PyTorch computes them, since that is what
/// models were trained with.
public final class NoiseSchedule {
  private static final int MOST_TIMESTEPS = 100_000;
  private static final double LARGEST_BETA = 0.999;

  /// What a sampler takes for keys that a file lacks.
  record Defaults(double betaStart, double betaEnd, String betaSchedule) {
    /// Those of most samplers.
    static final Defaults LINEAR = new Defaults(0.0001, 0.02, "linear");

    /// Stable Diffusion's.
    static final Defaults SCALED_LINEAR = new Defaults(0.00085, 0.012, "scaled_linear");
  }

  private final float[] betas;
  private final float[] alphasCumprod;

  private NoiseSchedule(float... betas) {
    this.betas = betas;
    alphasCumprod = new float[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      product *= 1 - betas[t];
      alphasCumprod[t] = (float) product;
    }
  }

  /// Reads and checks `num_train_timesteps`, `beta_schedule`, `beta_start`, `beta_end` and
  /// `trained_betas`.
  static NoiseSchedule of(JsonObject config) {
    return of(config, Defaults.LINEAR);
  }

  /// The same, with other defaults for `beta_schedule`, `beta_start` and `beta_end`.
  static NoiseSchedule of(JsonObject config, Defaults defaults) {
    int count = config.integerOr("num_train_timesteps", 1000);
    if (count < 2 || count > MOST_TIMESTEPS) {
      throw config.error("num_train_timesteps", "2 to " + MOST_TIMESTEPS, String.valueOf(count));
    }
    if (config.has("trained_betas")) {
      return new NoiseSchedule(trained(config, count));
    }
    double start = config.numberOr("beta_start", defaults.betaStart());
    double end = config.numberOr("beta_end", defaults.betaEnd());
    if (!(start > 0 && start < 1 && end > 0 && end < 1)) {
      throw config.error("beta_start", "betas between 0 and 1", start + " to " + end);
    }
    String kind = config.stringOr("beta_schedule", defaults.betaSchedule());
    return new NoiseSchedule(
        switch (kind) {
          case "linear" -> Linspace.of((float) start, (float) end, count);
          case "scaled_linear" -> {
            float[] roots = Linspace.of((float) Math.sqrt(start), (float) Math.sqrt(end), count);
            for (int t = 0; t < count; t++) {
              roots[t] *= roots[t];
            }
            yield roots;
          }
          case "squaredcos_cap_v2" -> squaredCosine(count);
          default ->
              throw config.error(
                  "beta_schedule", "linear, scaled_linear or squaredcos_cap_v2", kind);
        });
  }

  private static float[] trained(JsonObject config, int count) {
    JsonList list = config.list("trained_betas");
    if (list.size() != count) {
      throw config.error("trained_betas", count + " numbers", String.valueOf(list.size()));
    }
    float[] out = new float[count];
    for (int t = 0; t < count; t++) {
      double beta = list.get(t).number();
      if (!(beta > 0 && beta < 1)) {
        throw config.error("trained_betas", "betas between 0 and 1", String.valueOf(beta));
      }
      out[t] = (float) beta;
    }
    return out;
  }

  /// β from ᾱ(s) = cos²((s + 0.008)/1.008 · π/2) of the time's share s, Nichol & Dhariwal 2021
  /// (arXiv:2102.09672).
  private static float[] squaredCosine(int count) {
    float[] out = new float[count];
    for (int t = 0; t < count; t++) {
      double before = squaredCosine((double) t / count);
      double after = squaredCosine((t + 1.0) / count);
      out[t] = (float) Math.min(1 - after / before, LARGEST_BETA);
    }
    return out;
  }

  private static double squaredCosine(double share) {
    double root = Math.cos((share + 0.008) / 1.008 * Math.PI / 2);
    return root * root;
  }

  /// `rescale_betas_zero_snr`: √ᾱ shifted and stretched so that the last is 0 and the first stays,
  /// Lin et al. 2023 (arXiv:2305.08891), algorithm 1.
  NoiseSchedule withZeroTerminalSnr() {
    int count = betas.length;
    float first = (float) Math.sqrt(alphasCumprod[0]);
    float last = (float) Math.sqrt(alphasCumprod[count - 1]);
    float stretch = first / (first - last);
    float[] out = new float[count];
    float before = 1;
    for (int t = 0; t < count; t++) {
      float root = ((float) Math.sqrt(alphasCumprod[t]) - last) * stretch;
      float alphaCumprod = root * root;
      out[t] = 1 - alphaCumprod / before;
      before = alphaCumprod;
    }
    return new NoiseSchedule(out);
  }

  public int trainTimesteps() {
    return betas.length;
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

  /// Coefficients of x₀ and ε at time step `t`.
  public NoiseLevel level(int t) {
    return NoiseLevel.ofAlphaCumprod(alphaCumprod(t));
  }
}
