package cadj.kernels.emulator.run;

import java.util.Set;

/// `%clock` and the like: they count the instructions that the warps of the block have run so far,
/// also where nanoseconds are asked for, so that results are the same in every run.
public final class Clocks {
  private static final Set<String> NAMES =
      Set.of(
          "%clock", "%clock_hi", "%clock64", "%globaltimer", "%globaltimer_lo", "%globaltimer_hi");

  private Clocks() {}

  public static boolean isOne(String name) {
    return NAMES.contains(name);
  }

  /// The low or high half, into the lanes of `mask`.
  static void read(Warp warp, int mask, int[] d, boolean high) {
    long now = warp.block.spent();
    Warpwide.spread(mask, d, (int) (high ? now >>> Integer.SIZE : now));
  }

  static void read(Warp warp, int mask, long[] d) {
    for (int lanes = mask; lanes != 0; lanes &= lanes - 1) {
      d[Integer.numberOfTrailingZeros(lanes)] = warp.block.spent();
    }
  }
}
