package cadj.kernels.ptx;

/// Types of registers, variables and instructions; `.pred` has no size.
public enum PtxType {
  PRED(0),
  B8(1),
  U8(1),
  S8(1),
  B16(2),
  U16(2),
  S16(2),
  F16(2),
  BF16(2),
  B32(4),
  U32(4),
  S32(4),
  F32(4),
  F16X2(4),
  BF16X2(4),
  TF32(4),
  B64(8),
  U64(8),
  S64(8),
  F64(8);

  private final int bytes;

  PtxType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }

  /// Whether `.b8` to `.b64`, of no particular meaning.
  public boolean isBits() {
    return switch (this) {
      case B8, B16, B32, B64 -> true;
      default -> false;
    };
  }

  /// Whether a signed or unsigned whole number.
  public boolean isInteger() {
    return switch (this) {
      case U8, U16, U32, U64, S8, S16, S32, S64 -> true;
      default -> false;
    };
  }

  /// As PTX writes it, such as `.f32`.
  public String text() {
    return "." + name().toLowerCase(java.util.Locale.ROOT);
  }
}
