package cadj.kernels.emulator.run;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Registers that hold the same for all lanes, warps and blocks: numbers that instructions name.
final class ConstantRegisters {
  private final Map<Constant, Slot> slots = new HashMap<>();
  private final Map<Slot, Object> arrays = new HashMap<>();

  /// Bits that every lane reads as a value of `kind`.
  private record Constant(RegisterKind kind, long bits) {}

  /// @param fresh makes the slot of a number not seen before
  Slot slot(RegisterKind kind, long bits, Supplier<Slot> fresh) {
    return slots.computeIfAbsent(
        new Constant(kind, bits),
        constant -> {
          Slot slot = fresh.get();
          arrays.put(slot, array(kind, bits));
          return slot;
        });
  }

  private static Object array(RegisterKind kind, long bits) {
    return switch (kind.carrier()) {
      case FLOAT -> {
        float[] all = new float[Warp.LANES];
        Arrays.fill(all, Float.intBitsToFloat((int) bits));
        yield all;
      }
      case DOUBLE -> {
        double[] all = new double[Warp.LANES];
        Arrays.fill(all, Double.longBitsToDouble(bits));
        yield all;
      }
      case LONG -> {
        long[] all = new long[Warp.LANES];
        Arrays.fill(all, bits);
        yield all;
      }
      default -> {
        int[] all = new int[Warp.LANES];
        Arrays.fill(all, (int) bits);
        yield all;
      }
    };
  }

  /// Shares them with a warp.
  void into(Warp warp) {
    arrays.forEach(
        (slot, array) -> {
          switch (array) {
            case float[] it -> warp.floats[slot.index()] = it;
            case double[] it -> warp.doubles[slot.index()] = it;
            case long[] it -> warp.longs[slot.index()] = it;
            case int[] it -> warp.ints[slot.index()] = it;
            default -> throw new IllegalStateException(array.toString());
          }
        });
  }
}
