package cadj.models.scheduler;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;

import cadj.tensor.Tensor;

/// What a denoiser's output means, and what follows from it for latents
///
/// ```
/// x = signal·x₀ + noise·ε
/// ```
///
/// of a known [NoiseLevel]. All of these can be differentiated.
public enum PredictionType {
  /// ε, the noise
  EPSILON,
  /// v = signal·ε − noise·x₀, Salimans & Ho 2022 (arXiv:2202.00512); signal² + noise² = 1
  V_PREDICTION;

  /// The noise ε that `output` stands for.
  ///
  /// @param latents the x that it was predicted from
  public Tensor epsilon(Tensor output, Tensor latents, NoiseLevel level) {
    return switch (this) {
      case EPSILON -> output;
      case V_PREDICTION -> combine(level.signal(), output, level.noise(), latents);
    };
  }

  /// The clean latents x₀ that `output` stands for.
  ///
  /// @param latents the x that it was predicted from
  public Tensor originalSample(Tensor output, Tensor latents, NoiseLevel level) {
    return switch (this) {
      case EPSILON -> combine(1 / level.signal(), latents, -level.noise() / level.signal(), output);
      case V_PREDICTION -> combine(level.signal(), latents, -level.noise(), output);
    };
  }

  /// What the output should be for latents made of `original` x₀ and noise ε.
  public Tensor target(Tensor original, Tensor noise, NoiseLevel level) {
    return switch (this) {
      case EPSILON -> noise;
      case V_PREDICTION -> combine(level.signal(), noise, -level.noise(), original);
    };
  }

  /// a·x + b·y
  static Tensor combine(double a, Tensor x, double b, Tensor y) {
    return add(scale(x, (float) a), scale(y, (float) b));
  }
}
