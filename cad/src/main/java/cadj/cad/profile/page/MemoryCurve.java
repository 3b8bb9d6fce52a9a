package cadj.cad.profile.page;

import cadj.kernels.record.Allocation;
import cadj.kernels.record.RunProfile;
import java.util.Arrays;

/// Bytes over time, in so many equal parts of the run: few enough to draw, and no peak lost.
final class MemoryCurve {
  private final long nanos;
  private final long[] most;
  private long now;
  private long peak;
  private long peakNanos;
  private int reached;

  private MemoryCurve(long nanos, int parts, long before) {
    this.nanos = nanos;
    most = new long[parts];
    now = before;
    peak = before;
    most[0] = before;
  }

  /// Of all tensors.
  static MemoryCurve live(RunProfile run, int parts) {
    MemoryCurve curve = new MemoryCurve(run.nanos(), parts, run.liveBefore());
    for (Allocation it : run.allocations()) {
      curve.change(it.nanos(), it.bytes());
    }
    return curve.finished();
  }

  /// Of what tapes keep for the backward pass.
  static MemoryCurve kept(RunProfile run, int parts) {
    MemoryCurve curve = new MemoryCurve(run.nanos(), parts, 0);
    for (RunProfile.Kept it : run.kept()) {
      curve.change(it.nanos(), it.bytes());
    }
    return curve.finished();
  }

  private void change(long at, long bytes) {
    int part = (int) Math.clamp((double) at / Math.max(1, nanos) * most.length, 0, most.length - 1);
    fill(part + 1);
    now += bytes;
    most[part] = Math.max(most[part], now);
    if (now > peak) {
      peak = now;
      peakNanos = at;
    }
  }

  private MemoryCurve finished() {
    fill(most.length);
    return this;
  }

  /// What there was when the last change was over stays until the next.
  private void fill(int end) {
    if (end > reached + 1) {
      Arrays.fill(most, reached + 1, end, now);
      reached = end - 1;
    }
  }

  /// The largest value in each part.
  long[] most() {
    return most;
  }

  /// The largest value of all.
  long peak() {
    return peak;
  }

  /// When that was reached first, since the recording began.
  long peakNanos() {
    return peakNanos;
  }
}
