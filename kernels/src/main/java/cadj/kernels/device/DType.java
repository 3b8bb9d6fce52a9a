package cadj.kernels.device;

/// Element types, named as safetensors names them.
///
/// The engine computes in [#F32] and, for checks, in [#F64]; ids and time steps are [#I64]. The
/// others are storage only: they are read from files and widened.
public enum DType {
  F64(8),
  F32(4),
  F16(2),
  BF16(2),
  I64(8),
  I32(4),
  I16(2),
  I8(1),
  U8(1),
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /// Bytes of one element.
  public int bytes() {
    return bytes;
  }

  /// Whether values of this type are real numbers (and may carry a gradient once widened).
  public boolean isFloat() {
    return switch (this) {
      case F64, F32, F16, BF16 -> true;
      case I64, I32, I16, I8, U8, BOOL -> false;
    };
  }
}
