package cadj.kernels.ptx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A `.func` as written: the registers of its parameters and results, and its body if it is
/// defined.
///
/// @param line of its name
record PtxFunction(
    String name, int line, List<Formal> results, List<Formal> formals, @Nullable Body body) {
  /// A parameter or result: a register that a call sets or reads.
  record Formal(String register, PtxType type) {}

  /// The body of a `.func` or `.entry`.
  ///
  /// @param instructions those of opcode `call` have three operands: a [Operand.Group] of results,
  ///   the function's [Operand.Symbol], a group of arguments
  record Body(
      Map<String, PtxType> registers,
      List<PtxVariable> variables,
      List<Instruction> instructions,
      Map<String, Integer> labels) {}

  /// Whether both have the same signature.
  boolean sameSignature(PtxFunction other) {
    return types(results).equals(types(other.results))
        && types(formals).equals(types(other.formals));
  }

  private static List<PtxType> types(List<Formal> formals) {
    return formals.stream().map(Formal::type).toList();
  }
}
