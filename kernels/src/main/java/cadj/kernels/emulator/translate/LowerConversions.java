package cadj.kernels.emulator.translate;

import cadj.kernels.emulator.arithmetic.Conversions;
import cadj.kernels.emulator.arithmetic.Doubles;
import cadj.kernels.emulator.arithmetic.HalfPrecision;
import cadj.kernels.emulator.arithmetic.Rounding;
import cadj.kernels.emulator.arithmetic.Singles;
import cadj.kernels.emulator.run.RegisterKind;
import cadj.kernels.emulator.run.Slot;
import cadj.kernels.ptx.Instruction;
import cadj.kernels.ptx.Operand;
import cadj.kernels.ptx.PtxType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `cvt`.
final class LowerConversions {
  private final Translation translation;
  private final Emitter emitter;

  LowerConversions(Translation translation, Emitter emitter) {
    this.translation = translation;
    this.emitter = emitter;
  }

  void convert(Instruction it) {
    List<String> modifiers = it.modifiers();
    if (modifiers.size() < 2) {
      throw translation.unsupported(it);
    }
    PtxType to = translation.type(it, modifiers.get(modifiers.size() - 2));
    PtxType from = translation.type(it, modifiers.getLast());
    boolean isPair = to == PtxType.F16X2 || to == PtxType.BF16X2;
    translation.requireOperands(it, isPair ? 3 : 2, isPair ? 3 : 2);
    Slot destination = translation.register(it, it.operands().getFirst());
    requireRoom(it, destination, to);
    LaneOperation operation = operation(it, to, from, destination.kind());
    if (operation == null) {
      throw translation.unsupported(it);
    }
    boolean saturate = it.has("sat") && to == PtxType.F32;
    operation = operation.with(it.has("ftz"), saturate);
    Slot[] sources = new Slot[isPair ? 2 : 1];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = source(it, it.operands().get(i + 1), from);
    }
    emitter.lanes(operation, destination, sources);
  }

  /// The register may be wider than the type, for integers.
  private void requireRoom(Instruction it, Slot slot, PtxType type) {
    int bits = RegisterKind.of(type).bits();
    if (slot.kind().bits() < bits || (isFloat(type) && slot.kind().bits() != bits)) {
      throw translation.trouble(
          it,
          "expected %d bits, but %s has %d"
              .formatted(bits, translation.slots().name(slot), slot.kind().bits()));
    }
  }

  private Slot source(Instruction it, Operand operand, PtxType type) {
    if (operand instanceof Operand.Register) {
      Slot slot = translation.register(it, operand);
      requireRoom(it, slot, type);
      return slot;
    }
    return translation.source(it, operand, RegisterKind.of(type));
  }

  private static @Nullable LaneOperation operation(
      Instruction it, PtxType to, PtxType from, RegisterKind held) {
    int direction = direction(it);
    boolean toInteger = !isFloat(to);
    boolean fromInteger = !isFloat(from);
    int fromBits = RegisterKind.of(from).bits();
    int toBits = RegisterKind.of(to).bits();
    if (fromInteger && toInteger) {
      return of(
          "integer",
          "L:L",
          fromBits,
          isSigned(from),
          it.has("sat"),
          toBits,
          isSigned(to),
          held.bits());
    }
    if (fromInteger) {
      return fromInteger(to, from, direction);
    }
    if (toInteger) {
      return toInteger(to, from, direction, held);
    }
    return between(it, to, from, direction);
  }

  private static LaneOperation of(String method, String signature, Object... constants) {
    return new LaneOperation(Conversions.class, method, signature, constants);
  }

  private static @Nullable LaneOperation fromInteger(PtxType to, PtxType from, int direction) {
    boolean simple = from == PtxType.S32 && direction == Rounding.NEAREST_EVEN;
    int bits = RegisterKind.of(from).bits();
    return switch (to) {
      case F16 -> of("half", "H:L", bits, isSigned(from), direction);
      case F32 ->
          simple
              ? of("singleFromS32", "F:I")
              : of("single", "F:L", bits, isSigned(from), direction);
      case F64 ->
          simple
              ? of("doubleFromS32", "D:I")
              : of("doubled", "D:L", bits, isSigned(from), direction);
      default -> null;
    };
  }

  private static @Nullable LaneOperation toInteger(
      PtxType to, PtxType from, int direction, RegisterKind held) {
    int bits = RegisterKind.of(to).bits();
    return switch (from) {
      case F32, F64 ->
          to == PtxType.S32 && held.bits() == 32
              ? of("toS32", "I:D", direction)
              : of("rounded", "L:D", direction, bits, isSigned(to), held.bits());
      case F16 -> of("roundedHalf", "L:H", direction, bits, isSigned(to), held.bits());
      default -> null;
    };
  }

  private static @Nullable LaneOperation between(
      Instruction it, PtxType to, PtxType from, int direction) {
    boolean integral = it.has("rni") || it.has("rzi") || it.has("rmi") || it.has("rpi");
    return switch (to) {
      case F64 ->
          from == PtxType.F64 && integral
              ? new LaneOperation(Rounding.class, "integral", "D:D", direction)
              : from == PtxType.F16
                  ? of("doubleFromHalf", "D:H")
                  : from == PtxType.F32 || from == PtxType.F64
                      ? new LaneOperation(Doubles.class, "copy", "D:D")
                      : null;
      case F32 ->
          switch (from) {
            case F64 -> new LaneOperation(Rounding.class, "toF32", "F:D", direction);
            case F32 ->
                integral
                    ? of("singleIntegral", "F:F", direction)
                    : new LaneOperation(Singles.class, "copy", "F:F");
            case F16 -> of("singleFromHalf", "F:H", HalfPrecision.F16);
            case BF16 -> of("singleFromHalf", "F:H", HalfPrecision.BF16);
            default -> null;
          };
      case F16 ->
          from == PtxType.F32 && direction == Rounding.NEAREST_EVEN
              ? of("halfFromSingle", "H:F")
              : from == PtxType.F32 || from == PtxType.F64
                  ? new LaneOperation(Rounding.class, "toF16", "H:D", direction)
                  : null;
      case BF16 ->
          from == PtxType.F32
              ? new LaneOperation(Rounding.class, "toBf16", "H:D", direction)
              : null;
      case TF32 ->
          from == PtxType.F32
              ? new LaneOperation(Rounding.class, "toTf32", "I:D", direction)
              : null;
      case F16X2 ->
          from == PtxType.F32 ? of("halfPair", "I:FF", direction, HalfPrecision.F16) : null;
      case BF16X2 ->
          from == PtxType.F32 ? of("halfPair", "I:FF", direction, HalfPrecision.BF16) : null;
      default -> null;
    };
  }

  private static int direction(Instruction it) {
    for (String modifier : it.modifiers()) {
      switch (modifier) {
        case "rz", "rzi" -> {
          return Rounding.ZERO;
        }
        case "rm", "rmi" -> {
          return Rounding.DOWN;
        }
        case "rp", "rpi" -> {
          return Rounding.UP;
        }
        case "rna" -> {
          return Rounding.NEAREST_AWAY;
        }
        default -> {}
      }
    }
    return Rounding.NEAREST_EVEN;
  }

  private static boolean isFloat(PtxType type) {
    return switch (type) {
      case F16, BF16, F16X2, BF16X2, TF32, F32, F64 -> true;
      default -> false;
    };
  }

  private static boolean isSigned(PtxType type) {
    return switch (type) {
      case S8, S16, S32, S64 -> true;
      default -> false;
    };
  }
}
