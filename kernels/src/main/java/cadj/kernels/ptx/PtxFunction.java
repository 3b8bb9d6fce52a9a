package cadj.kernels.ptx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A `.func` as written: its parameters and results, and its body if it is defined.
///
/// @param line of its name
/// @param isExtern whether another file is said to define it
record PtxFunction(
    String name,
    int line,
    boolean isExtern,
    List<Formal> results,
    List<Formal> formals,
    @Nullable Body body) {
  /// A parameter or result: a register (`.reg`) or memory (`.param`) that a call sets or reads.
  ///
  /// @param count elements of an array in memory, else 1
  record Formal(String name, PtxType type, int count, int align, boolean inMemory) {
    int bytes() {
      return type.bytes() * count;
    }

    private boolean isLike(Formal other) {
      return type == other.type && count == other.count && inMemory == other.inMemory;
    }
  }

  /// The body of a `.func` or `.entry`.
  ///
  /// @param variables of its own, with names unique within it
  /// @param instructions those of opcode `call` have three operands: a [Operand.Group] of results,
  ///   the function's [Operand.Symbol] or a register that holds its address, a group of arguments
  record Body(
      Map<String, PtxType> registers,
      List<PtxVariable> variables,
      List<Instruction> instructions,
      Map<String, Integer> labels) {}

  /// Whether both have the same signature.
  boolean sameSignature(PtxFunction other) {
    return alike(results, other.results) && alike(formals, other.formals);
  }

  private static boolean alike(List<Formal> some, List<Formal> others) {
    boolean alike = some.size() == others.size();
    for (int i = 0; alike && i < some.size(); i++) {
      alike = some.get(i).isLike(others.get(i));
    }
    return alike;
  }
}
