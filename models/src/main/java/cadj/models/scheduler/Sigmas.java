package cadj.models.scheduler;

import static cadj.autograd.ops.Affine.scale;

import cadj.tensor.Tensor;

/// The noise levels σ of a run. Euler's samplers keep latents as
///
/// ```
/// x = x₀ + σ·ε,   σ = √((1−ᾱ)/ᾱ)
/// ```
///
/// and give a denoiser x/√(σ²+1), whose variance it knows.
final class Sigmas {
  private static final double KARRAS_RHO = 7;

  private final double[] timesteps;
  private final float[] sigmas;
  private final TimestepSpacing spacing;

  /// @param spaced σ at each of `timesteps`, and maybe one more
  /// @param last σ after them
  Sigmas(double[] timesteps, double[] spaced, double last, TimestepSpacing spacing) {
    this.timesteps = new double[timesteps.length];
    for (int i = 0; i < timesteps.length; i++) {
      this.timesteps[i] = (float) timesteps[i];
    }
    sigmas = new float[spaced.length + 1];
    for (int i = 0; i < spaced.length; i++) {
      sigmas[i] = (float) spaced[i];
    }
    sigmas[spaced.length] = (float) last;
    this.spacing = spacing;
  }

  double[] timesteps() {
    return timesteps.clone();
  }

  /// σ before the `index`-th call.
  double at(int index) {
    return sigmas[index];
  }

  /// The largest σ; where time steps are spaced from their first, so that not all is noise in the
  /// beginning, √(σ²+1).
  double initNoiseSigma() {
    double largest = sigmas[0];
    return spacing == TimestepSpacing.LEADING ? Math.sqrt(largest * largest + 1) : largest;
  }

  Tensor scaleModelInput(int index, Tensor latents) {
    return scale(latents, (float) level(index).signal());
  }

  /// Of the scaled input: signal = 1/√(σ²+1), noise = σ/√(σ²+1).
  NoiseLevel level(int index) {
    double norm = Math.sqrt(at(index) * at(index) + 1);
    return new NoiseLevel(1 / norm, at(index) / norm);
  }

  /// Karras et al. 2022, eq. 5: even in σ^(1/ρ).
  static double[] karras(double largest, double smallest, int count) {
    double[] out =
        Linspace.of(Math.pow(largest, 1 / KARRAS_RHO), Math.pow(smallest, 1 / KARRAS_RHO), count);
    for (int i = 0; i < count; i++) {
      out[i] = Math.pow(out[i], KARRAS_RHO);
    }
    return out;
  }

  /// σ at each training time step, ascending, in single precision.
  static final class Training {
    /// ᾱ in place of 0, where σ would be infinite: the smallest number of half precision.
    private static final float SMALLEST_ALPHA_CUMPROD = 0x1p-24f;

    private final float[] sigmas;

    private Training(float... sigmas) {
      this.sigmas = sigmas;
    }

    static Training of(SchedulerConfig file) {
      NoiseSchedule noise = NoiseSchedule.of(file.json());
      boolean zeroSnr = file.json().boolOr("rescale_betas_zero_snr", false);
      float[] alphas = (zeroSnr ? noise.withZeroTerminalSnr() : noise).alphasCumprod();
      if (zeroSnr) {
        alphas[alphas.length - 1] = SMALLEST_ALPHA_CUMPROD;
      }
      float[] sigmas = new float[alphas.length];
      for (int t = 0; t < sigmas.length; t++) {
        sigmas[t] = (float) Math.sqrt((1 - alphas[t]) / alphas[t]);
      }
      return new Training(sigmas);
    }

    int count() {
      return sigmas.length;
    }

    double smallest() {
      return sigmas[0];
    }

    double largest() {
      return sigmas[sigmas.length - 1];
    }

    /// How many time steps have λ = −ln σ of at least `lambda`: the first so many.
    int above(double lambda) {
      int count = 0;
      while (count < sigmas.length && -Math.log(sigmas[count]) >= lambda) {
        count++;
      }
      return count;
    }

    /// σ at time steps that may lie between two of the training's.
    double[] at(double... timesteps) {
      double[] out = new double[timesteps.length];
      for (int i = 0; i < out.length; i++) {
        double t = (float) timesteps[i];
        int below = Math.min((int) t, sigmas.length - 2);
        double slope = (double) sigmas[below + 1] - sigmas[below];
        out[i] = sigmas[below] + (t - below) * slope;
      }
      return out;
    }

    /// `count` values from the largest σ to the smallest, even in log σ.
    double[] logLinear(int count) {
      float largest = (float) Math.log(sigmas[sigmas.length - 1]);
      float[] logs = Linspace.of(largest, (float) Math.log(sigmas[0]), count);
      double[] out = new double[count];
      for (int i = 0; i < count; i++) {
        out[i] = (float) Math.exp(logs[i]);
      }
      return out;
    }

    /// The time steps of given σ, between two of the training's by log σ.
    double[] timesteps(double... given) {
      double[] out = new double[given.length];
      for (int i = 0; i < out.length; i++) {
        double log = Math.log(given[i]);
        int below = 0;
        while (below < sigmas.length - 2 && logSigma(below + 1) <= log) {
          below++;
        }
        double low = logSigma(below);
        double share = (log - low) / (logSigma(below + 1) - low);
        out[i] = below + Math.clamp(share, 0, 1);
      }
      return out;
    }

    private float logSigma(int t) {
      return (float) Math.log(sigmas[t]);
    }
  }
}
