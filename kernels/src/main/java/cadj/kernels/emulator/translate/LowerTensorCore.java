package cadj.kernels.emulator.translate;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import cadj.kernels.emulator.run.Access;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.emulator.run.TensorCore;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxVariable.Space;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.Map;

/// `mma` and `ldmatrix`.
final class LowerTensorCore {
  private static final ClassDesc INTS = CD_int.arrayType();
  private static final ClassDesc FLOATS = CD_float.arrayType();
  private static final int ADDRESSES = Emitter.FREE;
  private static final int ROW_BYTES = 16;
  private static final int ROWS = 8;

  /// Registers of A; B has half as many.
  private static final Map<String, Integer> SHAPES =
      Map.of(
          "m16n8k4.tf32",
          2,
          "m16n8k8.tf32",
          4,
          "m16n8k8.f16",
          2,
          "m16n8k16.f16",
          4,
          "m16n8k8.bf16",
          2,
          "m16n8k16.bf16",
          4);

  private final Translation translation;
  private final Emitter emitter;
  private final LowerAddresses memory;

  LowerTensorCore(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
    this.memory = new LowerAddresses(translation, emitter);
  }

  /// `mma.sync.aligned.shape.row.col.f32.type.type.f32 d, a, b, c`
  void multiply(Instruction it) {
    translation.requireOperands(it, 4, 4);
    List<String> modifiers = it.modifiers();
    if (modifiers.size() != 9) {
      throw translation.unsupported(it);
    }
    String type = modifiers.get(6);
    Integer registers = SHAPES.get(modifiers.get(2) + "." + type);
    List<String> expected =
        List.of("sync", "aligned", modifiers.get(2), "row", "col", "f32", type, type, "f32");
    if (registers == null || !modifiers.equals(expected)) {
      throw translation.unsupported(it);
    }
    Slot[] a = group(it, 1, registers, RegisterKind.INT);
    Slot[] b = group(it, 2, registers / 2, RegisterKind.INT);
    Slot[] c = group(it, 3, 4, RegisterKind.FLOAT);
    Slot[] d = group(it, 0, 4, RegisterKind.FLOAT);
    for (Slot[] group : List.of(a, b, c)) {
      for (Slot slot : group) {
        emitter.reads(slot);
      }
    }
    int format =
        switch (type) {
          case "tf32" -> TensorCore.TF32;
          case "f16" -> TensorCore.F16;
          default -> TensorCore.BF16;
        };
    emitter.warp().mask().push(emitter.at()).push(format).push(translation.seed());
    array(a, INTS);
    array(b, INTS);
    array(c, FLOATS);
    array(d, FLOATS);
    emitter.call(
        TensorCore.class,
        "multiply",
        CD_void,
        Emitter.WARP,
        CD_int,
        CD_int,
        CD_int,
        CD_int,
        INTS.arrayType(),
        INTS.arrayType(),
        FLOATS.arrayType(),
        FLOATS.arrayType());
    for (Slot slot : d) {
      emitter.writes(slot);
    }
  }

  /// `ldmatrix.sync.aligned.m8n8.xN{.trans}.shared.b16 {d…}, [row]`
  void load(Instruction it) {
    translation.requireOperands(it, 2, 2);
    int count = it.has("x4") ? 4 : it.has("x2") ? 2 : 1;
    if (!it.has("m8n8") || !it.has("shared") || !it.has("b16")) {
      throw translation.unsupported(it);
    }
    Slot[] d = group(it, 0, count, RegisterKind.INT);
    Access access = translation.access(emitter.at(), Space.SHARED, Access.Mode.READ, ROW_BYTES);
    // Only as many lanes as there are rows name one.
    int lanes = count == 4 ? -1 : (1 << (ROWS * count)) - 1;
    memory.find(it, translation.address(it, 1), access, "find", lanes);
    emitter.code().astore(ADDRESSES);
    emitter.warp().mask().push(emitter.at()).push(it.has("trans") ? 1 : 0);
    emitter.code().aload(ADDRESSES);
    array(d, INTS);
    emitter.call(
        TensorCore.class,
        "load",
        CD_void,
        Emitter.WARP,
        CD_int,
        CD_int,
        CD_boolean,
        CD_long.arrayType(),
        INTS.arrayType());
    for (Slot slot : d) {
      emitter.writes(slot);
    }
  }

  private Slot[] group(Instruction it, int operand, int count, RegisterKind kind) {
    List<Operand> parts =
        it.operands().get(operand) instanceof Operand.Group(List<Operand> group)
            ? group
            : List.of(it.operands().get(operand));
    if (parts.size() != count) {
      throw translation.trouble(
          it,
          "expected %d registers as operand %d, found %d"
              .formatted(count, operand + 1, parts.size()));
    }
    Slot[] slots = new Slot[count];
    for (int i = 0; i < count; i++) {
      slots[i] = translation.source(it, parts.get(i), kind);
      if (slots[i].kind().carrier() != kind) {
        throw translation.trouble(
            it, "%s is not of the right type".formatted(translation.slots().name(slots[i])));
      }
    }
    return slots;
  }

  /// Pushes an array of registers.
  private void array(Slot[] slots, ClassDesc type) {
    emitter.push(slots.length).code().anewarray(type);
    for (int i = 0; i < slots.length; i++) {
      emitter.code().dup().loadConstant(i);
      emitter.register(slots[i]).code().aastore();
    }
  }
}
