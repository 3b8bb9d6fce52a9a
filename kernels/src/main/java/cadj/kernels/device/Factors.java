package cadj.kernels.device;

/// What a kernel rounds the factors of a product to; sums are in single precision.
public enum Factors {
  F32,
  TF32,
  BF16;

  /// As kernels' names and settings have it.
  public String word() {
    return switch (this) {
      case F32 -> "f32";
      case TF32 -> "tf32";
      case BF16 -> "bf16";
    };
  }
}
