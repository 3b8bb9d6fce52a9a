package cadj.kernels.ptx;

import cadj.kernels.ptx.Instruction.Guard;
import cadj.kernels.ptx.Operand.Address;
import cadj.kernels.ptx.Operand.Group;
import cadj.kernels.ptx.Operand.Pair;
import cadj.kernels.ptx.Operand.Real;
import cadj.kernels.ptx.Operand.Register;
import cadj.kernels.ptx.Operand.Special;
import cadj.kernels.ptx.Operand.Symbol;
import cadj.kernels.ptx.Operand.Whole;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the names of one call's body are told apart from those of others.
///
/// @param suffix of registers and labels
/// @param symbols what a variable of the body is called
/// @param end label that `ret` leads to, or null in a kernel
record CallFrame(String suffix, Map<String, String> symbols, @Nullable String end) {
  /// The same instruction with the call's own names.
  Instruction renamed(Instruction it) {
    if (suffix.isEmpty()) {
      return it;
    }
    List<Operand> operands;
    if (it.opcode().equals("bra")) {
      operands = List.of(new Symbol(((Symbol) it.operands().getFirst()).name() + suffix));
    } else {
      operands = renamed(it.operands());
    }
    return new Instruction(it.line(), guard(it.guard()), it.opcode(), it.modifiers(), operands);
  }

  @Nullable Guard guard(@Nullable Guard guard) {
    return guard == null ? null : new Guard(guard.register() + suffix, guard.negated());
  }

  List<Operand> renamed(List<Operand> operands) {
    return operands.stream().map(operand -> renamed(operand)).toList();
  }

  Operand renamed(Operand operand) {
    return switch (operand) {
      case Register(String name, boolean negated) -> new Register(name + suffix, negated);
      case Group(List<Operand> parts) -> new Group(renamed(parts));
      case Pair(Operand first, Operand second) ->
          new Pair(first == null ? null : renamed(first), second == null ? null : renamed(second));
      case Address(Operand base, long offset) ->
          new Address(base == null ? null : renamed(base), offset);
      case Symbol symbol -> renamed(symbol);
      case Operand.Offset(Symbol symbol, long bytes) -> new Operand.Offset(renamed(symbol), bytes);
      case Special it -> it;
      case Whole it -> it;
      case Real it -> it;
    };
  }

  Symbol renamed(Symbol symbol) {
    return new Symbol(symbols.getOrDefault(symbol.name(), symbol.name()));
  }
}
