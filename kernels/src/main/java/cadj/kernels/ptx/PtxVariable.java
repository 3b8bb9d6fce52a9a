package cadj.kernels.ptx;

import java.util.List;

/// A declared variable or parameter.
///
/// @param count elements; 1 for a scalar, 0 for `extern .shared x[]`, which takes what the launch
///   gives
/// @param align bytes
/// @param offset bytes from the start of its space's variables; of no meaning where `count` is 0,
///   since such a variable begins behind all others of the block
/// @param initial bytes of `.const` and `.global` variables with an initialiser, little-endian, as
///   long as the variable; else empty
/// @param references addresses that belong into `initial`, known only once variables have their
///   places
public record PtxVariable(
    String name,
    Space space,
    PtxType type,
    int count,
    int align,
    int offset,
    byte[] initial,
    List<Reference> references,
    int line) {
  /// An address among a variable's values.
  ///
  /// @param at byte of the variable that it begins at
  /// @param symbol variable or function
  /// @param plus bytes to be added
  /// @param generic whether the generic address is wanted, else that within the symbol's space
  public record Reference(int at, String symbol, long plus, boolean generic) {}

  PtxVariable at(int place) {
    return new PtxVariable(name, space, type, count, align, place, initial, references, line);
  }

  PtxVariable named(String other) {
    return new PtxVariable(other, space, type, count, align, offset, initial, references, line);
  }

  public int bytes() {
    return type.bytes() * count;
  }

  /// State spaces: where a variable lies.
  public enum Space {
    /// Parameters of a kernel; among a kernel's own variables, what it passes to functions.
    PARAM,
    CONST,
    GLOBAL,
    SHARED,
    LOCAL
  }
}
