package cadj.kernels.device;

/// How exactly a GPU multiplies, in PyTorch's words (`torch.set_float32_matmul_precision`).
public enum MatmulPrecision {
  /// Single precision throughout.
  HIGHEST,
  /// Factors rounded to TF32 (10 bits), sums in single precision, on tensor cores.
  HIGH,
  /// Factors rounded to BF16 (7 bits), sums in single precision, on tensor cores.
  MEDIUM;

  public Factors factors() {
    return switch (this) {
      case HIGHEST -> Factors.F32;
      case HIGH -> Factors.TF32;
      case MEDIUM -> Factors.BF16;
    };
  }
}
