package cadj.cad.attribution;

import java.util.function.LongSupplier;

/// When unfinished work is saved: so often that saving takes a given share of the time at most, by
/// what the last save took, and before the first by what such a file should take.
final class SavePeriod {
  /// What a disk is expected to write per second.
  private static final double BYTES_PER_SECOND = 400e6;

  private static final double NANOS = 1e9;

  private final double share;
  private final LongSupplier nanoTime;
  private double cost;
  private long last;

  /// @param bytes of the first save
  /// @param share of the time that saving may take
  /// @param nanoTime a clock, in nanoseconds
  SavePeriod(long bytes, double share, LongSupplier nanoTime) {
    this.share = share;
    this.nanoTime = nanoTime;
    cost = bytes / BYTES_PER_SECOND * NANOS;
    last = nanoTime.getAsLong();
  }

  /// Runs `save` if it is time to.
  void saveIfDue(Runnable save) {
    long start = nanoTime.getAsLong();
    if (share * (start - last) >= cost) {
      save.run();
      last = nanoTime.getAsLong();
      cost = last - start;
    }
  }
}
