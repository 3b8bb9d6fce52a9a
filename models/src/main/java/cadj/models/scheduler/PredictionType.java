package cadj.models.scheduler;

/// What the denoiser's output means.
public enum PredictionType {
  /// the noise
  EPSILON,
  /// √ᾱ·noise − √(1−ᾱ)·x₀, Salimans & Ho 2022 (arXiv:2202.00512)
  V_PREDICTION
}
