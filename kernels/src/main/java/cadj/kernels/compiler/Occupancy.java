package cadj.kernels.compiler;

/// Occupancy: how many blocks a multiprocessor holds at once, after CUDA's `cuda_occupancy.h`.
///
/// A multiprocessor hides the latency of memory by switching to another warp; the more it holds,
/// the better it can. What runs out first limits them.
///
/// @param blocks of a multiprocessor, 0 if not even one fits
/// @param warps of those blocks
/// @param share of the warps that would fit at most, 0 to 1
public record Occupancy(int blocks, int warps, double share, Limit limit) {
  private static final int WARP = 32;
  private static final int SCHEDULERS = 4;

  /// A warp's registers are given out in multiples of this.
  private static final int REGISTER_UNIT = 256;

  private static final int MOST_REGISTERS = 255;

  /// What runs out first; of several, the one named first here.
  public enum Limit {
    WARPS,
    BLOCKS,
    REGISTERS,
    SHARED_MEMORY
  }

  /// @param threads of a block
  /// @param registers of a thread
  /// @param sharedBytes of a block, static and dynamic
  public static Occupancy of(Architecture machine, int threads, int registers, int sharedBytes) {
    if (threads < 1 || registers < 1 || sharedBytes < 0) {
      throw new IllegalArgumentException(
          "occupancy: %d threads, %d registers, %d bytes shared"
              .formatted(threads, registers, sharedBytes));
    }
    int warps = Math.ceilDiv(threads, WARP);
    int blocks = machine.warps() / warps;
    Limit limit = Limit.WARPS;
    if (machine.blocks() < blocks) {
      blocks = machine.blocks();
      limit = Limit.BLOCKS;
    }
    int byRegisters = byRegisters(warps, registers);
    if (byRegisters < blocks) {
      blocks = byRegisters;
      limit = Limit.REGISTERS;
    }
    int byShared = byShared(machine, sharedBytes);
    if (byShared < blocks) {
      blocks = byShared;
      limit = Limit.SHARED_MEMORY;
    }
    return new Occupancy(blocks, blocks * warps, (double) blocks * warps / machine.warps(), limit);
  }

  private static int byRegisters(int warps, int registers) {
    if (registers > MOST_REGISTERS) {
      return 0;
    }
    int ofWarp = Math.ceilDiv(registers * WARP, REGISTER_UNIT) * REGISTER_UNIT;
    int fit = Architecture.REGISTERS / SCHEDULERS / ofWarp * SCHEDULERS;
    return fit / warps;
  }

  private static int byShared(Architecture machine, int bytes) {
    if (bytes > machine.sharedBytesPerBlock()) {
      return 0;
    }
    int unit = machine.sharedUnit();
    int ofBlock = Math.ceilDiv(bytes + machine.reservedBytesPerBlock(), unit) * unit;
    return ofBlock == 0 ? Integer.MAX_VALUE : machine.sharedBytes() / ofBlock;
  }
}
