package cadj.kernels.emulator.run;

import cadj.kernels.device.LaunchShape;
import java.util.Map;
import java.util.Set;

/// Sets the special registers (`%tid.x` …) of a warp. [Clocks] are read, not set.
public final class SpecialRegisterValues {
  /// What holds the address of the memory by which the blocks of a grid wait for each other.
  private static final String WORKSPACE_HIGH = "%envreg1";

  private static final String WORKSPACE_LOW = "%envreg2";

  /// Shared memory that the system keeps for itself and for cooperative groups.
  private static final String RESERVED = "%reserved_smem_offset_";

  private static final Set<String> NOT_KNOWN =
      Set.of("%is_explicit_cluster", "%current_graph_exec", "%aggr_smem_size");

  private SpecialRegisterValues() {}

  /// Whether a special register has a value here.
  public static boolean isKnown(String name) {
    return isOfGrid(name)
        || !(name.startsWith("%envreg") || name.startsWith("%pm") || NOT_KNOWN.contains(name));
  }

  /// Whether it is there for the blocks of a grid to wait for each other (cooperative launches).
  static boolean isOfGrid(String name) {
    return name.equals(WORKSPACE_HIGH) || name.equals(WORKSPACE_LOW);
  }

  /// Sets those that a warp keeps, whatever block it belongs to.
  static void begin(Warp warp) {
    set(warp, false);
  }

  /// Sets those that change from block to block.
  static void next(Warp warp) {
    set(warp, true);
  }

  static boolean isOfReserved(String name) {
    return name.startsWith(RESERVED);
  }

  private static void set(Warp warp, boolean ofBlock) {
    Map<Slots.Special, Slot> slots = warp.block.kernel().slots().specials();
    slots.forEach(
        (special, slot) -> {
          boolean changes =
              special.name().startsWith("%ctaid") || special.name().startsWith("%clusterid");
          if (changes == ofBlock) {
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
      case "%ctaid.x", "%clusterid.x" -> block.x();
      case "%ctaid.y", "%clusterid.y" -> block.y();
      case "%ctaid.z", "%clusterid.z" -> block.z();
      case "%nctaid.x", "%nclusterid.x" -> shape.gridX();
      case "%nctaid.y", "%nclusterid.y" -> shape.gridY();
      case "%nctaid.z", "%nclusterid.z" -> shape.gridZ();
      case "%cluster_nctarank", "%cluster_nctaid.x", "%cluster_nctaid.y", "%cluster_nctaid.z" -> 1;
      case WORKSPACE_HIGH -> (int) (block.workspace() >>> Integer.SIZE);
      case WORKSPACE_LOW -> (int) block.workspace();
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
      case "%total_smem_size" -> block.memory().sharedBytes();
      case RESERVED + "begin", RESERVED + "0" -> block.memory().reservedAt();
      case RESERVED + "1" -> block.memory().reservedAt() + TranslatedKernel.RESERVED_BYTES / 2;
      case RESERVED + "end" -> block.memory().reservedAt() + TranslatedKernel.RESERVED_BYTES;
      case RESERVED + "cap" -> TranslatedKernel.RESERVED_BYTES;
      default -> 0;
    };
  }
}
