package cadj.kernels.emulator.translate;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import cadj.kernels.emulator.arithmetic.Doubles;
import cadj.kernels.emulator.arithmetic.Ints;
import cadj.kernels.emulator.arithmetic.Longs;
import cadj.kernels.emulator.arithmetic.Shorts;
import cadj.kernels.emulator.arithmetic.Singles;
import cadj.kernels.emulator.run.Clocks;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.emulator.run.Window;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxVariable.Space;
import java.util.List;
import java.util.Locale;

/// `mov`: of one register, of parts into a whole, of a whole into its parts.
final class LowerMoves {
  private static final LaneOperation HALF = new LaneOperation(Shorts.class, "copy", "H:H");
  private static final LaneOperation INT = new LaneOperation(Ints.class, "copy", "I:I");
  private static final LaneOperation LONG = new LaneOperation(Longs.class, "copy", "L:L");
  private static final LaneOperation FLOAT = new LaneOperation(Singles.class, "copy", "F:F");
  private static final LaneOperation DOUBLE = new LaneOperation(Doubles.class, "copy", "D:D");
  private static final LaneOperation PACK_32 = new LaneOperation(Ints.class, "pack", "I:HH");
  private static final LaneOperation PACK_64 = new LaneOperation(Longs.class, "pack", "L:II");
  private static final LaneOperation PACK_64_OF_4 =
      new LaneOperation(Longs.class, "pack4", "L:HHHH");

  private static final LaneOperation ADD = new LaneOperation(Longs.class, "add", "L:LL");
  private static final LaneOperation SUBTRACT = new LaneOperation(Longs.class, "sub", "L:LL");

  private final Translation translation;
  private final Emitter emitter;

  LowerMoves(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
  }

  void move(Instruction it) {
    translation.requireOperands(it, 2, 2);
    Operand to = it.operands().getFirst();
    Operand from = it.operands().get(1);
    if (to instanceof Operand.Group(List<Operand> parts)) {
      unpack(it, parts, from);
    } else if (from instanceof Operand.Group(List<Operand> parts)) {
      pack(it, to, parts);
    } else if (from instanceof Operand.Special(String name) && Clocks.isOne(name)) {
      clock(it, name);
    } else {
      copy(it, to, from);
    }
  }

  /// `cvta{.to}.space d, a`: between an address within a space and its generic form.
  void address(Instruction it) {
    translation.requireOperands(it, 2, 2);
    long window = Window.of(space(it));
    if (window == 0) {
      copy(it, it.operands().getFirst(), it.operands().get(1));
      return;
    }
    Slot destination = translation.destination(it, it.operands().getFirst(), RegisterKind.LONG);
    emitter.lanes(
        it.has("to") ? SUBTRACT : ADD,
        destination,
        translation.source(it, it.operands().get(1), RegisterKind.LONG),
        translation.slots().constant(RegisterKind.LONG, window));
  }

  /// `isspacep.space p, a`
  @SuppressWarnings("EnumOrdinal") // a number in compiled code, which the same program reads back
  void isSpace(Instruction it) {
    translation.requireOperands(it, 2, 2);
    Slot address = translation.source(it, it.operands().get(1), RegisterKind.LONG);
    emitter.reads(address);
    Space space = space(it);
    emitter.mask().register(address).push(0L).code().loadConstant(space.ordinal());
    emitter.call(Window.class, "inside", CD_int, CD_int, CD_long.arrayType(), CD_long, CD_int);
    emitter.storePredicate(
        translation.destination(it, it.operands().getFirst(), RegisterKind.PREDICATE));
  }

  private Space space(Instruction it) {
    for (Space space : Space.values()) {
      if (it.has(space.name().toLowerCase(Locale.ROOT))) {
        return space;
      }
    }
    throw translation.unsupported(it);
  }

  private void clock(Instruction it, String name) {
    Slot destination = translation.register(it, it.operands().getFirst());
    emitter.warp().mask().register(destination);
    if (destination.kind() == RegisterKind.LONG) {
      emitter.call(Clocks.class, "read", CD_void, Emitter.WARP, CD_int, CD_long.arrayType());
    } else {
      emitter.push(name.endsWith("_hi") ? 1 : 0);
      emitter.call(
          Clocks.class, "read", CD_void, Emitter.WARP, CD_int, CD_int.arrayType(), CD_boolean);
    }
    emitter.writes(destination);
  }

  private void copy(Instruction it, Operand to, Operand from) {
    Slot destination = translation.register(it, to);
    if (destination.kind() == RegisterKind.PREDICATE && from instanceof Operand.Whole(long value)) {
      emitter.push(value == 0 ? 0 : -1);
      emitter.storePredicate(destination);
      return;
    }
    if (destination.kind() == RegisterKind.PREDICATE) {
      Slot source = translation.source(it, from, RegisterKind.PREDICATE);
      emitter.reads(source);
      emitter.predicate(
          source, from instanceof Operand.Register(String name, boolean negated) && negated);
      emitter.storePredicate(destination);
      return;
    }
    emitter.lanes(
        of(destination.kind()), destination, translation.source(it, from, destination.kind()));
  }

  private static LaneOperation of(RegisterKind kind) {
    return switch (kind) {
      case LONG -> LONG;
      case FLOAT -> FLOAT;
      case DOUBLE -> DOUBLE;
      case INT -> INT;
      case BYTE, HALF, PREDICATE -> HALF;
    };
  }

  private void pack(Instruction it, Operand to, List<Operand> parts) {
    Slot destination = translation.register(it, to);
    LaneOperation operation =
        switch (destination.kind().bits() / parts.size()) {
          case 32 -> PACK_64;
          case 16 -> parts.size() == 2 ? PACK_32 : PACK_64_OF_4;
          default -> throw translation.unsupported(it);
        };
    Slot[] sources = new Slot[parts.size()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = translation.source(it, parts.get(i), operation.operands().get(i));
    }
    emitter.lanes(operation, destination, sources);
  }

  private void unpack(Instruction it, List<Operand> parts, Operand from) {
    Slot source = translation.register(it, from);
    boolean isLong = source.kind().bits() == 64;
    int bits = source.kind().bits() / parts.size();
    for (int i = 0; i < parts.size(); i++) {
      LaneOperation operation =
          switch (bits) {
            case 32 -> new LaneOperation(Longs.class, i == 0 ? "lowHalf" : "highHalf", "I:L");
            case 16 ->
                isLong
                    ? new LaneOperation(Longs.class, "quarter" + i, "H:L")
                    : new LaneOperation(Ints.class, i == 0 ? "lowHalf" : "highHalf", "H:I");
            default -> throw translation.unsupported(it);
          };
      emitter.lanes(
          operation, translation.destination(it, parts.get(i), operation.result()), source);
    }
  }
}
