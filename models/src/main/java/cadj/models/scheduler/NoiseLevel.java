package cadj.models.scheduler;

import cadj.tensor.Tensor;

/// The coefficients of clean latents x₀ and noise ε in a denoiser's input:
///
/// ```
/// x = signal·x₀ + noise·ε
/// ```
///
/// Where variance is preserved (DDPM), signal = √ᾱ and noise = √(1−ᾱ). Flow matching has signal = 1
/// − σ and noise = σ.
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
