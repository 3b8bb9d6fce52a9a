package cadj.kernels.ptx;

import cadj.kernels.ptx.Instruction.Guard;
import cadj.kernels.ptx.Operand.Address;
import cadj.kernels.ptx.Operand.Group;
import cadj.kernels.ptx.Operand.Register;
import cadj.kernels.ptx.Operand.Symbol;
import cadj.kernels.ptx.PtxFunction.Body;
import cadj.kernels.ptx.PtxFunction.Formal;
import cadj.kernels.ptx.PtxVariable.Space;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Inlines each call: the function's body stands in its place, and `ret` jumps behind it. Arguments
/// in registers are moved into its registers, results out of them; parameters in memory (`.param`)
/// are the caller's own variables under another name.
///
/// The third call of a kernel, if of `exp_f32`, has its register `%x` as `%x@exp_f32#3`. A call
/// through an address becomes a chain of comparisons with the functions that it can be.
final class CallExpander {
  private static final int DEEPEST_CALLS = 64;

  /// Instructions, registers, variables and labels of one kernel, all told.
  private static final int LARGEST = 1 << 18;

  private final TokenReader tokens;
  private final NameScope module;
  private final Map<String, PtxType> registers = new LinkedHashMap<>();
  private final Map<String, PtxVariable> variables = new LinkedHashMap<>();
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
    body.variables().forEach(variable -> it.variables.put(variable.name(), variable));
    it.append(body, new CallFrame("", Map.of(), null));
    return new Body(it.registers, List.copyOf(it.variables.values()), it.instructions, it.labels);
  }

  private void append(Body body, CallFrame frame) {
    List<Instruction> own = body.instructions();
    int[] starts = new int[own.size() + 1];
    for (int i = 0; i < own.size(); i++) {
      starts[i] = instructions.size();
      Instruction it = own.get(i);
      if (it.opcode().equals("call")) {
        call(it, frame);
      } else if (frame.end() != null && it.opcode().equals("ret")) {
        if (i < own.size() - 1 || it.guard() != null) {
          emit(jump(it.line(), frame.guard(it.guard()), frame.end()));
        }
      } else {
        emit(frame.renamed(it));
      }
    }
    starts[own.size()] = instructions.size();
    body.labels().forEach((label, index) -> labels.put(label + frame.suffix(), starts[index]));
  }

  private void call(Instruction call, CallFrame frame) {
    List<Operand> results = frame.renamed(((Group) call.operands().get(0)).parts());
    List<Operand> arguments = frame.renamed(((Group) call.operands().get(2)).parts());
    Operand target = call.operands().get(1);
    int number = ++calls;
    String name = target instanceof Symbol symbol ? symbol.name() : "call";
    String skip = "skip@%s#%d".formatted(name, number);
    Guard guard = frame.guard(call.guard());
    if (guard != null) {
      emit(jump(call.line(), new Guard(guard.register(), !guard.negated()), skip));
    }
    if (target instanceof Symbol) {
      inline(routine(name, call.line()), number, results, arguments, call.line());
    } else {
      dispatch(frame.renamed(target), number, results, arguments, call.line());
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

  private void inline(
      PtxFunction routine, int number, List<Operand> results, List<Operand> arguments, int line) {
    Body body = routine.body();
    if (body == null) {
      undefined(routine, number, results, arguments, line);
      return;
    }
    if (callers.contains(routine.name())) {
      throw tokens.trouble(line, "function '%s' calls itself".formatted(routine.name()));
    }
    if (callers.size() >= DEEPEST_CALLS) {
      throw tokens.trouble(line, "calls more than %d deep".formatted(DEEPEST_CALLS));
    }
    String inner = "@%s#%d".formatted(routine.name(), number);
    body.registers().forEach((register, type) -> registers.put(register + inner, type));
    Map<String, String> symbols = new HashMap<>();
    for (PtxVariable it : body.variables()) {
      // Shared memory is the block's: all calls of a function have the same.
      boolean isShared = it.space() == Space.SHARED;
      String unique = it.name() + (isShared ? "@" + routine.name() : inner);
      symbols.put(it.name(), unique);
      variables.put(unique, it.named(unique));
    }
    checkSize(line, body.labels().size());
    for (int i = 0; i < arguments.size(); i++) {
      argument(routine.formals().get(i), arguments.get(i), inner, symbols, line);
    }
    for (int i = 0; i < results.size(); i++) {
      Formal formal = routine.results().get(i);
      if (formal.inMemory()) {
        symbols.put(formal.name(), memory(formal, results.get(i), inner, line));
      }
    }
    String end = "end" + inner;
    callers.push(routine.name());
    append(body, new CallFrame(inner, symbols, end));
    callers.pop();
    labels.put(end, instructions.size());
    for (int i = 0; i < results.size(); i++) {
      Formal formal = routine.results().get(i);
      if (!formal.inMemory()) {
        emit(move(line, formal.type(), results.get(i), new Register(formal.name() + inner, false)));
      } else if (results.get(i) instanceof Register) {
        emit(parameter("ld", line, formal.type(), results.get(i), symbols.get(formal.name())));
      }
    }
  }

  private void argument(
      Formal formal, Operand given, String inner, Map<String, String> symbols, int line) {
    if (!formal.inMemory()) {
      emit(move(line, formal.type(), new Register(formal.name() + inner, false), given));
      return;
    }
    String place = memory(formal, given, inner, line);
    symbols.put(formal.name(), place);
    if (!(given instanceof Symbol)) {
      emit(parameter("st", line, formal.type(), given, place));
    }
  }

  /// The variable that a parameter in memory is: the one given, or a new one.
  private String memory(Formal formal, Operand given, String inner, int line) {
    if (given instanceof Symbol(String name)) {
      return name;
    }
    String unique = formal.name() + inner;
    variables.put(
        unique,
        new PtxVariable(
            unique,
            Space.PARAM,
            formal.type(),
            formal.count(),
            formal.align(),
            0,
            new byte[0],
            List.of(),
            line));
    return unique;
  }

  /// A function of CUDA's own that is built in, or one that another file would have to bring.
  private void undefined(
      PtxFunction routine, int number, List<Operand> results, List<Operand> arguments, int line) {
    String name = routine.name();
    if (BuiltIn.isKnown(routine)) {
      BuiltIn.call(routine, number, results, arguments, line, registers, this::emit);
    } else if (routine.isExtern()) {
      emit(new Instruction(line, null, "call", List.of(), List.of(new Symbol(name))));
    } else {
      throw tokens.trouble(line, "function '%s' is declared but nowhere defined".formatted(name));
    }
  }

  /// A call through an address: of each function whose address is taken and that has such
  /// parameters, a comparison and a call; if it is none of them, a trap.
  private void dispatch(
      Operand pointer, int number, List<Operand> results, List<Operand> arguments, int line) {
    String done = "done@call#" + number;
    String here = "%target@call#" + number;
    registers.put(here, PtxType.PRED);
    for (String name : module.addressTaken()) {
      PtxFunction candidate = routine(name, line);
      if (candidate.body() == null
          || callers.contains(name)
          || !takes(candidate.results(), results)
          || !takes(candidate.formals(), arguments)) {
        continue;
      }
      int inner = ++calls;
      String next = "next@call#" + inner;
      List<Operand> compared = List.of(new Register(here, false), pointer, new Symbol(name));
      emit(new Instruction(line, null, "setp", List.of("ne", "b64"), compared));
      emit(jump(line, new Guard(here, false), next));
      inline(candidate, inner, results, arguments, line);
      emit(jump(line, null, done));
      labels.put(next, instructions.size());
    }
    emit(new Instruction(line, null, "trap", List.of("call"), List.of()));
    labels.put(done, instructions.size());
  }

  private boolean takes(List<Formal> formals, List<Operand> given) {
    boolean takes = formals.size() == given.size();
    for (int i = 0; takes && i < formals.size(); i++) {
      takes =
          switch (given.get(i)) {
            case Symbol(String name) -> bytes(name) == formals.get(i).bytes();
            case Register(String name, boolean negated) ->
                registers.containsKey(name)
                    && registers.get(name).bytes() == formals.get(i).bytes();
            default -> true;
          };
    }
    return takes;
  }

  private int bytes(String variable) {
    PtxVariable found = variables.get(variable);
    return found == null ? -1 : found.bytes();
  }

  private void emit(Instruction instruction) {
    instructions.add(instruction);
    checkSize(instruction.line(), 0);
  }

  private void checkSize(int line, int more) {
    int size =
        instructions.size() + registers.size() + variables.size() + labels.size() + calls + more;
    if (size > LARGEST) {
      throw tokens.trouble(line, "with all calls expanded the kernel is too large");
    }
  }

  private static Instruction jump(int line, @Nullable Guard guard, String label) {
    return new Instruction(line, guard, "bra", List.of(), List.of(new Symbol(label)));
  }

  private static Instruction move(int line, PtxType type, Operand to, Operand from) {
    return new Instruction(line, null, "mov", List.of(movable(type)), List.of(to, from));
  }

  /// `ld.param` or `st.param` of one value.
  static Instruction parameter(
      String opcode, int line, PtxType type, Operand value, String variable) {
    Address place = new Address(new Symbol(variable), 0);
    return new Instruction(
        line,
        null,
        opcode,
        List.of("param", type.text().substring(1)),
        opcode.equals("ld") ? List.of(value, place) : List.of(place, value));
  }

  /// `mov` takes fewer types than `.reg`.
  private static String movable(PtxType type) {
    return switch (type) {
      case F16, U16, S16 -> "b16";
      case F16X2 -> "b32";
      default -> type.text().substring(1);
    };
  }
}
