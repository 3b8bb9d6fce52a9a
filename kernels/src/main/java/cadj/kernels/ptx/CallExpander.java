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
import cadj.kernels.ptx.PtxFunction.Body;
import cadj.kernels.ptx.PtxFunction.Formal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Inlines each call: the function's body stands in its place, arguments are moved into its
/// registers, results out of them, and `ret` jumps behind it.
///
/// The third call of a kernel, if of `exp_f32`, has its register `%x` as `%x@exp_f32#3`.
final class CallExpander {
  private static final int DEEPEST_CALLS = 64;

  /// Instructions, registers and labels of one kernel, all told.
  private static final int LARGEST = 1 << 18;

  private final TokenReader tokens;
  private final NameScope module;
  private final Map<String, PtxType> registers = new LinkedHashMap<>();
  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<String, Integer> labels = new LinkedHashMap<>();
  private final Deque<String> callers = new ArrayDeque<>();
  private int calls;

  private CallExpander(TokenReader tokens, NameScope module) {
    this.tokens = tokens;
    this.module = module;
  }

  static Body expand(TokenReader tokens, NameScope module, Body body) {
    CallExpander it = new CallExpander(tokens, module);
    it.registers.putAll(body.registers());
    it.append(body, "", null);
    return new Body(it.registers, body.variables(), it.instructions, it.labels);
  }

  /// @param end label that `ret` leads to, or null in a kernel
  private void append(Body body, String suffix, @Nullable String end) {
    List<Instruction> own = body.instructions();
    int[] starts = new int[own.size() + 1];
    for (int i = 0; i < own.size(); i++) {
      starts[i] = instructions.size();
      Instruction it = own.get(i);
      if (it.opcode().equals("call")) {
        call(it, suffix);
      } else if (end != null && it.opcode().equals("ret")) {
        if (i < own.size() - 1 || it.guard() != null) {
          emit(jump(it.line(), guard(it.guard(), suffix), end));
        }
      } else {
        emit(renamed(it, suffix));
      }
    }
    starts[own.size()] = instructions.size();
    body.labels().forEach((label, index) -> labels.put(label + suffix, starts[index]));
  }

  private void call(Instruction call, String suffix) {
    Group results = (Group) call.operands().get(0);
    Symbol name = (Symbol) call.operands().get(1);
    Group arguments = (Group) call.operands().get(2);
    PtxFunction routine = routine(name.name(), call.line());
    Body body = routine.body();
    if (body == null) {
      throw tokens.trouble(
          call.line(), "function '%s' is declared but nowhere defined".formatted(name.name()));
    }
    if (callers.contains(name.name())) {
      throw tokens.trouble(call.line(), "function '%s' calls itself".formatted(name.name()));
    }
    if (callers.size() >= DEEPEST_CALLS) {
      throw tokens.trouble(call.line(), "calls more than %d deep".formatted(DEEPEST_CALLS));
    }
    int number = ++calls;
    String inner = "@%s#%d".formatted(name.name(), number);
    String end = "end" + inner;
    String skip = "skip" + inner;
    Guard guard = guard(call.guard(), suffix);
    if (guard != null) {
      emit(jump(call.line(), new Guard(guard.register(), !guard.negated()), skip));
    }
    body.registers().forEach((register, type) -> registers.put(register + inner, type));
    checkSize(call.line(), body.labels().size());
    for (int i = 0; i < arguments.parts().size(); i++) {
      Formal formal = routine.formals().get(i);
      Operand argument = renamed(arguments.parts().get(i), suffix);
      emit(
          move(
              call.line(),
              formal.type(),
              new Register(formal.register() + inner, false),
              argument));
    }
    callers.push(name.name());
    append(body, inner, end);
    callers.pop();
    labels.put(end, instructions.size());
    for (int i = 0; i < results.parts().size(); i++) {
      Formal formal = routine.results().get(i);
      Operand result = renamed(results.parts().get(i), suffix);
      emit(
          move(call.line(), formal.type(), result, new Register(formal.register() + inner, false)));
    }
    if (guard != null) {
      labels.put(skip, instructions.size());
    }
  }

  private PtxFunction routine(String name, int line) {
    if (module.find(name) instanceof NameScope.Function(PtxFunction routine)) {
      return routine;
    }
    throw tokens.trouble(line, "unknown function '%s'".formatted(name));
  }

  private void emit(Instruction instruction) {
    instructions.add(instruction);
    checkSize(instruction.line(), 0);
  }

  private void checkSize(int line, int more) {
    if (instructions.size() + registers.size() + labels.size() + calls + more > LARGEST) {
      throw tokens.trouble(line, "with all calls expanded the kernel is too large");
    }
  }

  private static Instruction jump(int line, @Nullable Guard guard, String label) {
    return new Instruction(line, guard, "bra", List.of(), List.of(new Symbol(label)));
  }

  private static Instruction move(int line, PtxType type, Operand to, Operand from) {
    return new Instruction(line, null, "mov", List.of(movable(type)), List.of(to, from));
  }

  /// `mov` takes fewer types than `.reg`.
  private static String movable(PtxType type) {
    return switch (type) {
      case F16, U16, S16 -> "b16";
      case F16X2 -> "b32";
      default -> type.text().substring(1);
    };
  }

  private static Instruction renamed(Instruction it, String suffix) {
    if (suffix.isEmpty()) {
      return it;
    }
    List<Operand> operands;
    if (it.opcode().equals("bra")) {
      operands = List.of(new Symbol(((Symbol) it.operands().getFirst()).name() + suffix));
    } else {
      operands = it.operands().stream().map(operand -> renamed(operand, suffix)).toList();
    }
    return new Instruction(
        it.line(), guard(it.guard(), suffix), it.opcode(), it.modifiers(), operands);
  }

  private static @Nullable Guard guard(@Nullable Guard guard, String suffix) {
    return guard == null ? null : new Guard(guard.register() + suffix, guard.negated());
  }

  private static Operand renamed(Operand operand, String suffix) {
    return switch (operand) {
      case Register(String name, boolean negated) -> new Register(name + suffix, negated);
      case Group(List<Operand> parts) ->
          new Group(parts.stream().map(part -> renamed(part, suffix)).toList());
      case Pair(Operand first, Operand second) ->
          new Pair(
              first == null ? null : renamed(first, suffix),
              second == null ? null : renamed(second, suffix));
      case Address(Operand base, long offset) ->
          new Address(base == null ? null : renamed(base, suffix), offset);
      case Special it -> it;
      case Whole it -> it;
      case Real it -> it;
      case Symbol it -> it;
    };
  }
}
