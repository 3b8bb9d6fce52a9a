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
  V_PREDICTION,
  /// x₀, the clean latents
  SAMPLE,
  /// ε − x₀, the velocity of flow matching, Lipman et al. 2023 (arXiv:2210.02747); signal + noise =
  /// 1
  FLOW;

  /// The noise ε that `output` stands for.
  ///
  /// @param latents the x that it was predicted from
  public Tensor epsilon(Tensor output, Tensor latents, NoiseLevel level) {
    return switch (this) {
      case EPSILON -> output;
      case V_PREDICTION -> combine(level.signal(), output, level.noise(), latents);
      case SAMPLE -> combine(1 / level.noise(), latents, -level.signal() / level.noise(), output);
      case FLOW -> combine(1, latents, level.signal(), output);
    };
  }

  /// What predictions from the same latents are compared by: the noise ε that each stands for, or
  /// the velocity itself. A run of flow matching begins where signal = 0, and there every velocity
  /// stands for the same noise.
  ///
  /// @param latents the x that it was predicted from
  public Tensor compared(Tensor output, Tensor latents, NoiseLevel level) {
    return switch (this) {
      case EPSILON, V_PREDICTION, SAMPLE -> epsilon(output, latents, level);
      case FLOW -> output;
    };
  }

  /// The clean latents x₀ that `output` stands for.
  ///
  /// @param latents the x that it was predicted from
  public Tensor originalSample(Tensor output, Tensor latents, NoiseLevel level) {
    return switch (this) {
      case EPSILON -> combine(1 / level.signal(), latents, -level.noise() / level.signal(), output);
      case V_PREDICTION -> combine(level.signal(), latents, -level.noise(), output);
      case SAMPLE -> output;
      case FLOW -> combine(1, latents, -level.noise(), output);
    };
  }

  /// What the output should be for latents made of `original` x₀ and noise ε.
  public Tensor target(Tensor original, Tensor noise, NoiseLevel level) {
    return switch (this) {
      case EPSILON -> noise;
      case V_PREDICTION -> combine(level.signal(), noise, -level.noise(), original);
      case SAMPLE -> original;
      case FLOW -> combine(1, noise, -1, original);
    };
  }

  /// a·x + b·y
  static Tensor combine(double a, Tensor x, double b, Tensor y) {
    return add(scale(x, (float) a), scale(y, (float) b));
  }
}
