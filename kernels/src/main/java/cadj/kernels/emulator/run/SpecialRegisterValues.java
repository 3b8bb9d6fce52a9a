package cadj.kernels.emulator.run;

import cadj.kernels.device.LaunchShape;
import java.util.Map;

/// Sets the special registers (`%tid.x` …) of a warp. Clocks stand still.
final class SpecialRegisterValues {
  private SpecialRegisterValues() {}

  /// Sets those that a warp keeps, whatever block it belongs to.
  static void begin(Warp warp) {
    set(warp, false);
  }

  /// Sets those that change from block to block.
  static void next(Warp warp) {
    set(warp, true);
  }

  private static void set(Warp warp, boolean ofBlock) {
    Map<Slots.Special, Slot> slots = warp.block.kernel().slots().specials();
    slots.forEach(
        (special, slot) -> {
          if (special.name().startsWith("%ctaid") == ofBlock) {
            for (int lane = 0; lane < Warp.LANES; lane++) {
              int value = value(special.name(), warp, lane);
              if (slot.kind() == RegisterKind.LONG) {
                warp.longs[slot.index()][lane] = Integer.toUnsignedLong(value);
              } else {
                warp.ints[slot.index()][lane] = value;
              }
            }
          }
        });
  }

  private static int value(String name, Warp warp, int lane) {
    ThreadBlock block = warp.block;
    LaunchShape shape = block.shape();
    int thread = warp.number * Warp.LANES + lane;
    return switch (name) {
      case "%tid.x" -> thread % shape.blockX();
      case "%tid.y" -> thread / shape.blockX() % shape.blockY();
      case "%tid.z" -> thread / shape.blockX() / shape.blockY();
      case "%ntid.x" -> shape.blockX();
      case "%ntid.y" -> shape.blockY();
      case "%ntid.z" -> shape.blockZ();
      case "%ctaid.x" -> block.x();
      case "%ctaid.y" -> block.y();
      case "%ctaid.z" -> block.z();
      case "%nctaid.x" -> shape.gridX();
      case "%nctaid.y" -> shape.gridY();
      case "%nctaid.z" -> shape.gridZ();
      case "%laneid" -> lane;
      case "%warpid" -> warp.number;
      case "%nwarpid" -> Math.ceilDiv(shape.threads(), Warp.LANES);
      case "%nsmid" -> Grid.MULTIPROCESSORS;
      case "%lanemask_eq" -> 1 << lane;
      case "%lanemask_lt" -> (1 << lane) - 1;
      case "%lanemask_le" -> (2 << lane) - 1;
      case "%lanemask_gt" -> -(2 << lane);
      case "%lanemask_ge" -> -(1 << lane);
      case "%dynamic_smem_size" -> shape.sharedBytes();
      case "%total_smem_size" -> block.sharedBytes();
      default -> 0;
    };
  }
}
