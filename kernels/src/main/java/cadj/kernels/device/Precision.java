package cadj.kernels.device;

import java.util.Locale;

/// How exactly a GPU computes, in PyTorch's words and with its defaults.
///
/// @param matmul of products and attention (`torch.set_float32_matmul_precision`)
/// @param convTf32 whether convolutions may round their factors to TF32
///   (`torch.backends.cudnn.allow_tf32`)
/// @param weights type in which a model's weights lie in the device's memory: F32, F16 or BF16.
///   They are widened inside of products
public record Precision(MatmulPrecision matmul, boolean convTf32, DType weights) {
  /// What PyTorch does unless told otherwise.
  public static final Precision DEFAULT = new Precision(MatmulPrecision.HIGHEST, true);

  /// Single precision throughout.
  public static final Precision FULL = new Precision(MatmulPrecision.HIGHEST, false);

  public Precision {
    if (!weights.isFloat() || weights == DType.F64) {
      throw new IllegalArgumentException("weights: expected F32, F16 or BF16, got " + weights);
    }
  }

  /// With weights in single precision.
  public Precision(MatmulPrecision matmul, boolean convTf32) {
    this(matmul, convTf32, DType.F32);
  }

  /// Such as `matmul highest, convolutions TF32` or `matmul high, convolutions fp32, weights F16`.
  @Override
  public String toString() {
    String products =
        "matmul %s, convolutions %s"
            .formatted(matmul.name().toLowerCase(Locale.ROOT), convTf32 ? "TF32" : "fp32");
    return weights == DType.F32 ? products : products + ", weights " + weights;
  }
}
