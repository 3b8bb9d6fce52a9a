package cadj.kernels.emulator.translate;

import cadj.kernels.emulator.arithmetic.HalfPrecision;
import cadj.kernels.emulator.run.Access;
import cadj.kernels.emulator.run.Atomics;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `atom` and `red`.
final class LowerAtomics {
  private static final Set<String> OPERATIONS =
      Set.of("add", "min", "max", "inc", "dec", "and", "or", "xor", "exch", "cas");

  private final Translation translation;
  private final Emitter emitter;
  private final LowerAddresses memory;

  LowerAtomics(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
    this.memory = new LowerAddresses(translation, emitter);
  }

  /// `atom d, [a], b`, `atom.cas d, [a], b, c`, `red [a], b`.
  void update(Instruction it) {
    int first = it.opcode().equals("atom") ? 1 : 0;
    PtxType type = memory.type(it);
    String name =
        it.modifiers().stream()
            .filter(OPERATIONS::contains)
            .findFirst()
            .orElseThrow(() -> translation.unsupported(it));
    LaneOperation operation = operation(name, type);
    if (operation == null) {
      throw translation.unsupported(it);
    }
    int sources = operation.operands().size() - 1;
    translation.requireOperands(it, first + 1 + sources, first + 1 + sources);
    List<Slot> slots = new ArrayList<>();
    for (int i = 1; i <= sources; i++) {
      RegisterKind kind = operation.operands().get(i);
      slots.add(translation.source(it, it.operands().get(first + i), kind));
    }
    slots.forEach(emitter::reads);
    Operand.Address address = translation.address(it, first);
    memory.find(it, address, memory.space(it), Access.Mode.UPDATE, type.bytes());
    Slot destination =
        first == 0
            ? null
            : translation.destination(it, it.operands().getFirst(), operation.result());
    call(operation, destination, slots);
    memory.acquired(it);
  }

  private void call(LaneOperation operation, @Nullable Slot destination, List<Slot> sources) {
    emitter.mask();
    if (destination != null) {
      emitter.register(destination);
    }
    emitter.code().aload(LowerAddresses.ADDRESSES);
    List<RegisterKind> kinds = new ArrayList<>(List.of(RegisterKind.LONG));
    for (Slot source : sources) {
      emitter.register(source);
      kinds.add(source.kind());
    }
    LaneLoops.of(operation, destination == null ? null : destination.kind(), kinds)
        .call(emitter.code());
    if (destination != null) {
      emitter.writes(destination);
    }
  }

  private static @Nullable LaneOperation operation(String name, PtxType type) {
    boolean wide = type.bytes() == 8;
    String ints = name.equals("cas") ? wide ? "L:LLL" : "I:LII" : wide ? "L:LL" : "I:LI";
    String method =
        switch (name) {
          case "min", "max" ->
              switch (type) {
                case S32, S64 -> name + "S";
                case U32, U64 -> name + "U";
                default -> null;
              };
          case "inc", "dec" -> type == PtxType.U32 ? name : null;
          default -> name;
        };
    if (method == null) {
      return null;
    }
    return switch (type) {
      case B32, U32, S32, B64, U64, S64 -> new LaneOperation(Atomics.class, method, ints);
      case F32 -> name.equals("add") ? new LaneOperation(Atomics.class, method, "F:LF") : null;
      case F64 -> name.equals("add") ? new LaneOperation(Atomics.class, method, "D:LD") : null;
      case F16X2 -> pair(name, HalfPrecision.F16);
      case BF16X2 -> pair(name, HalfPrecision.BF16);
      default -> null;
    };
  }

  private static @Nullable LaneOperation pair(String name, HalfPrecision precision) {
    return name.equals("add")
        ? new LaneOperation(Atomics.class, "addPair", "I:LI", precision)
        : null;
  }
}
