package cadj.kernels.ptx;

/// A declared variable or parameter.
///
/// @param count elements; 1 for a scalar, 0 for `extern .shared x[]`, which takes what the launch
///   gives
/// @param align bytes
/// @param offset bytes from the start of its space's variables; of no meaning where `count` is 0,
///   since such a variable begins behind all others of the block
/// @param initial bytes of `.const` and `.global` variables with an initialiser, little-endian, as
///   long as the variable; else empty
public record PtxVariable(
    String name,
    Space space,
    PtxType type,
    int count,
    int align,
    int offset,
    byte[] initial,
    int line) {
  public int bytes() {
    return type.bytes() * count;
  }

  /// State spaces: where a variable lies.
  public enum Space {
    PARAM,
    CONST,
    GLOBAL,
    SHARED,
    LOCAL
  }
}
