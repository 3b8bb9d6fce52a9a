package cadj.kernels.ptx;

import cadj.kernels.ptx.Operand.Register;
import cadj.kernels.ptx.Operand.Symbol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Functions of CUDA's that compilers call and no file defines: `vprintf`, which `printf` becomes,
/// and `__assertfail`, which a failed `assert` calls. A call becomes one instruction,
/// `call.vprintf` or `call.__assertfail`, with registers for its operands.
final class BuiltIn {
  private static final String PRINT = "vprintf";
  private static final String FAIL = "__assertfail";

  private BuiltIn() {}

  static boolean isKnown(PtxFunction routine) {
    return switch (routine.name()) {
      case PRINT -> sizes(routine.formals()).equals(List.of(8, 8)) && routine.results().size() == 1;
      case FAIL -> sizes(routine.formals()).equals(List.of(8, 8, 4, 8, 8));
      default -> false;
    };
  }

  private static List<Integer> sizes(List<PtxFunction.Formal> formals) {
    return formals.stream().map(PtxFunction.Formal::bytes).toList();
  }

  /// @param registers to which those of the call are added
  static void call(
      PtxFunction routine,
      int number,
      List<Operand> results,
      List<Operand> arguments,
      int line,
      Map<String, PtxType> registers,
      Consumer<Instruction> emit) {
    List<Operand> operands = new ArrayList<>();
    String suffix = "@%s#%d".formatted(routine.name(), number);
    boolean printed = routine.name().equals(PRINT);
    if (printed) {
      registers.put("%printed" + suffix, PtxType.B32);
      operands.add(new Register("%printed" + suffix, false));
    }
    for (int i = 0; i < arguments.size(); i++) {
      if (!(arguments.get(i) instanceof Symbol(String variable))) {
        operands.add(arguments.get(i));
        continue;
      }
      PtxType type = routine.formals().get(i).bytes() == 8 ? PtxType.B64 : PtxType.B32;
      Register register = new Register("%" + i + suffix, false);
      registers.put(register.name(), type);
      emit.accept(CallExpander.parameter("ld", line, type, register, variable));
      operands.add(register);
    }
    emit.accept(new Instruction(line, null, "call", List.of(routine.name()), operands));
    if (printed && results.size() == 1) {
      if (results.getFirst() instanceof Symbol(String variable)) {
        emit.accept(CallExpander.parameter("st", line, PtxType.B32, operands.getFirst(), variable));
      } else {
        emit.accept(
            new Instruction(
                line,
                null,
                "mov",
                List.of("b32"),
                List.of(results.getFirst(), operands.getFirst())));
      }
    }
  }
}
