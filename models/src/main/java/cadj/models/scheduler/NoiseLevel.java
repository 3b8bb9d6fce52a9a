package cadj.models.scheduler;

import cadj.tensor.Tensor;

/// How much of latents, as a denoiser takes them, is picture and how much is noise:
///
/// ```
/// x = signal·x₀ + noise·ε
/// ```
///
/// Where variance is preserved, signal = √ᾱ and noise = √(1−ᾱ). Flow matching has signal = 1 − σ
/// and noise = σ.
public record NoiseLevel(double signal, double noise) {
  /// The level of a cumulative product ᾱ.
  public static NoiseLevel ofAlphaCumprod(double alphaCumprod) {
    return new NoiseLevel(Math.sqrt(alphaCumprod), Math.sqrt(1 - alphaCumprod));
  }

  /// Latents with noise ε added to x₀.
  public Tensor addNoise(Tensor original, Tensor noise) {
    return PredictionType.combine(signal, original, this.noise, noise);
  }
}
