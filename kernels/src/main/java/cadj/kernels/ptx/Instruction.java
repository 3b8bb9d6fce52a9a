package cadj.kernels.ptx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One instruction.
///
/// @param line of the source's text; of an expanded `.func`, the line within the function
/// @param guard `@p` or `@!p`, or null
/// @param opcode before the first dot, such as `ld`
/// @param modifiers after it, in order and without dots, such as `global`, `v4`, `f32`
/// @param operands in order, destination first where there is one
public record Instruction(
    int line,
    @Nullable Guard guard,
    String opcode,
    List<String> modifiers,
    List<Operand> operands) {
  /// Runs only where the predicate `register` is true, or false if `negated`.
  public record Guard(String register, boolean negated) {}

  /// Whether `modifier` is among the modifiers.
  public boolean has(String modifier) {
    return modifiers.contains(modifier);
  }

  /// `ld.global.v4.f32`
  public String fullName() {
    return modifiers.isEmpty() ? opcode : opcode + "." + String.join(".", modifiers);
  }
}
