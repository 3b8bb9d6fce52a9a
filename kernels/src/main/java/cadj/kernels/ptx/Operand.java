package cadj.kernels.ptx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operand of an instruction.
public sealed interface Operand {
  /// A declared register, name with its `%`.
  ///
  /// @param negated `!%p`, for predicates
  record Register(String name, boolean negated) implements Operand {}

  /// `%tid.x`, `%ntid.y`, `%laneid`, `%clock64` and the like.
  record Special(String name) implements Operand {}

  /// A whole number.
  record Whole(long value) implements Operand {}

  /// A number with a point, or given by its bits (`0f3F800000`, `0d…`).
  ///
  /// @param isDouble whether by `0d…` or a decimal; a single-precision use rounds it
  record Real(double value, boolean isDouble) implements Operand {}

  /// `{a, b, c, d}`
  record Group(List<Operand> parts) implements Operand {}

  /// `p|q`, two destinations; either may be `_`, then null.
  record Pair(@Nullable Operand first, @Nullable Operand second) implements Operand {}

  /// `[base + offset]`, `base` a [Register] or [Symbol], or null for an absolute address.
  record Address(@Nullable Operand base, long offset) implements Operand {}

  /// A label, variable or parameter by name.
  record Symbol(String name) implements Operand {}

  /// `name+offset`, the address of a variable and so many bytes; an offset of 0 is a [Symbol].
  record Offset(Symbol symbol, long bytes) implements Operand {}
}
