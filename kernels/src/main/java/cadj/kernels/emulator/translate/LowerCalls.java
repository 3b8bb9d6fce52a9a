package cadj.kernels.emulator.translate;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import cadj.kernels.emulator.run.DevicePrint;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.ptx.Instruction;
import java.lang.constant.ClassDesc;

/// Calls that are left once functions are expanded: of functions that are built in.
final class LowerCalls {
  private static final ClassDesc INTS = CD_int.arrayType();
  private static final ClassDesc LONGS = CD_long.arrayType();

  private final Translation translation;
  private final Emitter emitter;

  LowerCalls(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
  }

  void call(Instruction it) {
    if (it.has("vprintf")) {
      print(it);
    } else if (it.has("__assertfail")) {
      fail(it);
    } else {
      throw translation.unsupported(it);
    }
  }

  private Slot read(Instruction it, int operand, RegisterKind kind) {
    Slot slot = translation.source(it, it.operands().get(operand), kind);
    emitter.reads(slot);
    return slot;
  }

  /// `printed, format, values`
  private void print(Instruction it) {
    Slot format = read(it, 1, RegisterKind.LONG);
    Slot values = read(it, 2, RegisterKind.LONG);
    Slot printed = translation.destination(it, it.operands().getFirst(), RegisterKind.INT);
    emitter.warp().mask().push(emitter.at());
    emitter.register(printed).register(format).register(values);
    emitter.call(
        DevicePrint.class, "print", CD_void, Emitter.WARP, CD_int, CD_int, INTS, LONGS, LONGS);
    emitter.writes(printed);
  }

  /// `message, file, line, function, size of a character`
  private void fail(Instruction it) {
    Slot message = read(it, 0, RegisterKind.LONG);
    Slot file = read(it, 1, RegisterKind.LONG);
    Slot line = read(it, 2, RegisterKind.INT);
    Slot function = read(it, 3, RegisterKind.LONG);
    emitter.warp().mask().push(emitter.at());
    emitter.register(message).register(file).register(line).register(function);
    emitter.call(
        DevicePrint.class,
        "fail",
        CD_void,
        Emitter.WARP,
        CD_int,
        CD_int,
        LONGS,
        LONGS,
        INTS,
        LONGS);
  }
}
