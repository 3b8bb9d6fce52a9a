package cadj.kernels.emulator.translate;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import cadj.kernels.emulator.run.Access;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.emulator.run.WarpMatrix;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxType;
import cadj.kernels.ptx.PtxVariable.Space;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `wmma.load`, `wmma.store` and `wmma.mma`.
@SuppressWarnings("EnumOrdinal") // numbers in compiled code, which the same program reads back
final class LowerWarpMatrices {
  private static final Pattern SHAPE = Pattern.compile("m(8|16|32)n(8|16|32)k(4|8|16)");

  /// What A and B may be, by shape.
  private static final Set<String> FACTORS =
      Set.of(
          "m16n16k16.f16",
          "m32n8k16.f16",
          "m8n32k16.f16",
          "m16n16k16.bf16",
          "m32n8k16.bf16",
          "m8n32k16.bf16",
          "m16n16k16.u8",
          "m32n8k16.u8",
          "m8n32k16.u8",
          "m16n16k16.s8",
          "m32n8k16.s8",
          "m8n32k16.s8",
          "m16n16k8.tf32",
          "m8n8k4.f64");

  private static final Set<PtxType> SUMS =
      Set.of(PtxType.F16, PtxType.F32, PtxType.S32, PtxType.F64);
  private static final ClassDesc INTS = CD_int.arrayType();
  private static final ClassDesc LONGS = CD_long.arrayType();
  private static final ClassDesc REGISTERS = CD_Object.arrayType();

  private final Translation translation;
  private final Emitter emitter;
  private final LowerAddresses memory;

  LowerWarpMatrices(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
    this.memory = new LowerAddresses(translation, emitter);
  }

  void lower(Instruction it) {
    switch (it.modifiers().isEmpty() ? "" : it.modifiers().getFirst()) {
      case "load" -> move(it, false);
      case "store" -> move(it, true);
      case "mma" -> multiply(it);
      default -> throw translation.unsupported(it);
    }
  }

  /// m, n, k.
  private int[] shape(Instruction it) {
    for (String modifier : it.modifiers()) {
      Matcher shape = SHAPE.matcher(modifier);
      if (shape.matches()) {
        return new int[] {
          Integer.parseInt(shape.group(1)),
          Integer.parseInt(shape.group(2)),
          Integer.parseInt(shape.group(3))
        };
      }
    }
    throw translation.unsupported(it);
  }

  private void requireFactor(Instruction it, int[] s, PtxType type) {
    String name = "m%dn%dk%d%s".formatted(s[0], s[1], s[2], type.text());
    if (!FACTORS.contains(name)) {
      throw translation.unsupported(it);
    }
  }

  /// `wmma.load.a.sync.aligned.row.m16n16k16{.space}.f16 {d…}, [base]{, stride}`, `wmma.store.d.…
  /// [base], {a…}{, stride}`
  private void move(Instruction it, boolean stores) {
    translation.requireOperands(it, 2, 3);
    int[] s = shape(it);
    PtxType type = memory.type(it);
    boolean isA = it.modifiers().get(1).equals("a");
    boolean isB = it.modifiers().get(1).equals("b");
    if (isA || isB) {
      requireFactor(it, s, type);
    } else if (!SUMS.contains(type)) {
      throw translation.unsupported(it);
    }
    int rows = isB ? s[2] : s[0];
    int columns = isA ? s[2] : s[1];
    boolean byColumns = it.has("col");
    Slot[] registers = group(it, stores ? 1 : 0, count(rows * columns, type, isA || isB), type);
    Operand stride =
        it.operands().size() > 2
            ? it.operands().get(2)
            : new Operand.Whole(byColumns ? rows : columns);
    Slot strides = translation.source(it, stride, RegisterKind.INT);
    emitter.reads(strides);
    if (stores) {
      List.of(registers).forEach(emitter::reads);
    }
    Operand.Address address = translation.address(it, stores ? 0 : 1);
    Slot base = translation.base(it, address);
    emitter.reads(base);
    @Nullable Space space = memory.space(it);
    Access access =
        memory.accesses(space, stores ? Access.Mode.WRITE : Access.Mode.READ, type.bytes());
    emitter.warp().mask().push(emitter.at()).push(access.number()).push(space == null ? 1 : 0);
    memory.pushBase(base);
    emitter.push(address.offset()).register(strides);
    numbers(rows, columns, type.ordinal(), byColumns ? 1 : 0);
    array(registers);
    emitter.call(
        WarpMatrix.class,
        stores ? "store" : "load",
        CD_void,
        Emitter.WARP,
        CD_int,
        CD_int,
        CD_int,
        CD_boolean,
        LONGS,
        CD_long,
        INTS,
        INTS,
        REGISTERS);
    if (!stores) {
      List.of(registers).forEach(emitter::writes);
    }
  }

  /// Registers of a thread: halves as factors always take eight.
  private static int count(int elements, PtxType type, boolean isFactor) {
    if (isFactor && type == PtxType.F16) {
      return 8;
    }
    int packed = type.bytes() < Integer.BYTES ? Integer.BYTES / type.bytes() : 1;
    return Math.max(1, elements / 32 / packed);
  }

  /// `wmma.mma.sync.aligned.row.col.shape.d.c` of halves, `….shape.d.a.b.c` of others
  private void multiply(Instruction it) {
    translation.requireOperands(it, 4, 4);
    List<String> all = it.modifiers();
    boolean saturates = all.getLast().equals("satfinite");
    boolean hasMore = saturates || all.getLast().equals("rn");
    List<String> types = all.subList(Math.min(6, all.size()), all.size() - (hasMore ? 1 : 0));
    if (types.size() != 2 && types.size() != 4) {
      throw translation.unsupported(it);
    }
    int[] s = shape(it);
    PtxType d = translation.type(it, types.getFirst());
    PtxType a = types.size() == 2 ? PtxType.F16 : translation.type(it, types.get(1));
    PtxType b = types.size() == 2 ? PtxType.F16 : translation.type(it, types.get(2));
    PtxType c = translation.type(it, types.getLast());
    requireFactor(it, s, a);
    requireFactor(it, s, b);
    if (!SUMS.contains(d) || !SUMS.contains(c)) {
      throw translation.unsupported(it);
    }
    Slot[] left = group(it, 1, count(s[0] * s[2], a, true), a);
    Slot[] right = group(it, 2, count(s[2] * s[1], b, true), b);
    Slot[] sums = group(it, 3, count(s[0] * s[1], c, false), c);
    Slot[] result = group(it, 0, count(s[0] * s[1], d, false), d);
    for (Slot[] group : List.of(left, right, sums)) {
      List.of(group).forEach(emitter::reads);
    }
    emitter.warp().mask().push(emitter.at());
    numbers(
        s[0], s[1], s[2], d.ordinal(), a.ordinal(), b.ordinal(), c.ordinal(), saturates ? 1 : 0);
    array(result);
    array(left);
    array(right);
    array(sums);
    emitter.call(
        WarpMatrix.class,
        "multiply",
        CD_void,
        Emitter.WARP,
        CD_int,
        CD_int,
        INTS,
        REGISTERS,
        REGISTERS,
        REGISTERS,
        REGISTERS);
    List.of(result).forEach(emitter::writes);
  }

  private Slot[] group(Instruction it, int operand, int count, PtxType type) {
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
    RegisterKind kind = type == PtxType.F64 ? RegisterKind.DOUBLE : RegisterKind.INT;
    Slot[] slots = new Slot[count];
    for (int i = 0; i < count; i++) {
      slots[i] = translation.destination(it, parts.get(i), kind);
    }
    return slots;
  }

  /// Pushes an array of numbers.
  private void numbers(int... all) {
    emitter.push(all.length).code().newarray(TypeKind.INT);
    for (int i = 0; i < all.length; i++) {
      emitter.code().dup().loadConstant(i).loadConstant(all[i]).iastore();
    }
  }

  /// Pushes an array of registers, each an array itself.
  private void array(Slot[] slots) {
    emitter.push(slots.length).code().anewarray(CD_Object);
    for (int i = 0; i < slots.length; i++) {
      emitter.code().dup().loadConstant(i);
      emitter.register(slots[i]).code().aastore();
    }
  }
}
