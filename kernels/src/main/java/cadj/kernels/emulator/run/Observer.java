package cadj.kernels.emulator.run;

/// Sees what a block of threads does while it runs: the checks and the counts.
///
/// A class, not an interface: while only one kind is in use, the JVM calls its methods directly.
public abstract class Observer {
  /// The block's next run through the kernel begins, with another block of the grid.
  public void begin() {}

  /// All threads that a barrier is for have come to it.
  public void barrier() {}

  /// The threads of `warp` have come to a `bar.warp.sync`.
  public void warpBarrier(Warp warp) {}

  /// Lanes of `mask` go to memory.
  ///
  /// @param addresses of the process's memory, by lane
  public void access(Warp warp, int mask, Access access, long[] addresses) {}

  /// Lanes of `mask` have run basic block `block`; those of `taking` go where its ending says.
  public void ran(int block, int mask, int taking) {}

  /// Of the lanes that came to instruction `at`, its guard lets those of `mask` run it.
  public void guarded(int at, int mask) {}
}
