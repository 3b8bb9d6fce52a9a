package cadj.kernels.emulator;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Registers that hold the same for all lanes, warps and blocks: numbers that instructions name.
final class Constants {
  private final Map<Slots.Constant, Slot> slots;
  private final Map<Slot, Object> arrays = new HashMap<>();

  Constants(Slots slots) {
    this.slots = slots.constants();
    this.slots.forEach((constant, slot) -> arrays.put(slot, array(constant)));
  }

  private static Object array(Slots.Constant constant) {
    long bits = constant.bits();
    return switch (constant.kind().carrier()) {
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
