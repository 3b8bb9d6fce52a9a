package cadj.cad.profile.page;

import cadj.kernels.record.Allocation;
import cadj.kernels.record.RunProfile;
import java.util.Arrays;

/// Bytes of live tensors over time, in so many equal parts of the run: few enough to draw, and no
/// peak lost.
///
/// @param most the largest value in each part
/// @param peak the largest of all
/// @param peakNanos when it was reached first, since the recording began
record MemoryCurve(long[] most, long peak, long peakNanos) {
  static MemoryCurve of(RunProfile run, int parts) {
    long[] most = new long[parts];
    long live = run.liveBefore();
    long peak = live;
    long peakNanos = 0;
    int reached = 0;
    most[0] = live;
    for (Allocation allocation : run.allocations()) {
      int part = part(allocation.nanos(), run.nanos(), parts);
      if (part > reached) {
        // what was live when the last part ended is so until the next change
        Arrays.fill(most, reached + 1, part + 1, live);
        reached = part;
      }
      live += allocation.bytes();
      most[part] = Math.max(most[part], live);
      if (live > peak) {
        peak = live;
        peakNanos = allocation.nanos();
      }
    }
    Arrays.fill(most, reached + 1, parts, live);
    return new MemoryCurve(most, peak, peakNanos);
  }

  private static int part(long nanos, long all, int parts) {
    return (int) Math.clamp((double) nanos / Math.max(1, all) * parts, 0, parts - 1);
  }
}
