package cadj.models.blocks;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;

/// Sinusoidal embedding of numbers, diffusers' `get_timestep_embedding`.
///
/// Frequency i of dim/2 is exp(−ln(10000)·i / (dim/2 − shift)). Exponent, frequency and product
/// with t are rounded to single precision, since that is what the models were trained with; exp,
/// sin and cos are not. An odd dim ends with a zero.
///
/// @param dim width of the embedding
/// @param flipSinToCos cosines first (every Stable Diffusion), else sines first
/// @param freqShift `downscale_freq_shift`
public record Timesteps(int dim, boolean flipSinToCos, double freqShift) {
  private static final float MINUS_LOG_MAX_PERIOD = (float) -Math.log(10000);

  public Timesteps {
    require(dim > 1, "timesteps: dim must be at least 2, got %d", dim);
  }

  /// t, any number of values → [count,dim]
  public Tensor embed(float... t) {
    int half = dim / 2;
    float[] out = new float[t.length * dim];
    for (int n = 0; n < t.length; n++) {
      for (int i = 0; i < half; i++) {
        float exponent = (float) (MINUS_LOG_MAX_PERIOD * i / (half - freqShift));
        float angle = t[n] * (float) Math.exp(exponent);
        out[n * dim + i + (flipSinToCos ? half : 0)] = (float) Math.sin(angle);
        out[n * dim + i + (flipSinToCos ? 0 : half)] = (float) Math.cos(angle);
      }
    }
    return Tensor.of(out, t.length, dim);
  }
}
