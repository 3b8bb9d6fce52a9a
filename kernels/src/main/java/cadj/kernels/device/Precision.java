package cadj.kernels.device;

import java.util.Locale;

/// How exactly a GPU computes, in PyTorch's words and with its defaults.
///
/// @param matmul of products and attention (`torch.set_float32_matmul_precision`)
/// @param convTf32 whether convolutions may round their factors to TF32
///   (`torch.backends.cudnn.allow_tf32`)
public record Precision(MatmulPrecision matmul, boolean convTf32) {
  /// What PyTorch does unless told otherwise.
  public static final Precision DEFAULT = new Precision(MatmulPrecision.HIGHEST, true);

  /// Single precision throughout.
  public static final Precision FULL = new Precision(MatmulPrecision.HIGHEST, false);

  /// Such as `matmul highest, convolutions TF32`.
  @Override
  public String toString() {
    return "matmul %s, convolutions %s"
        .formatted(matmul.name().toLowerCase(Locale.ROOT), convTf32 ? "TF32" : "fp32");
  }
}
