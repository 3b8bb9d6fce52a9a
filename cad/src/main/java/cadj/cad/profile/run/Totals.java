package cadj.cad.profile.run;

import cadj.kernels.record.Slice;
import cadj.kernels.record.Work;
import cadj.kernels.roofline.Roofline;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// Sums over applications of operations.
public final class Totals {
  private final Map<String, Long> nanosByShape = new HashMap<>();
  private final SequencedSet<String> algorithms = new LinkedHashSet<>();
  private long calls;
  private long nanos;
  private long deviceNanos;
  private long flops;
  private long bytes;

  /// Adds an operation, with its own time.
  void add(Slice slice, RunIndex index) {
    calls++;
    long own = index.own(slice.id());
    long onDevice = index.device(slice.id());
    nanos += own;
    deviceNanos += onDevice;
    Work work = slice.work();
    if (work != null) {
      flops += work.flops();
      bytes += work.bytes();
      nanosByShape.merge(work.shapes(), onDevice > 0 ? onDevice : own, Long::sum);
      if (!work.algorithm().isEmpty()) {
        algorithms.add(work.algorithm());
      }
    }
  }

  public long calls() {
    return calls;
  }

  /// Own wall time.
  public long nanos() {
    return nanos;
  }

  /// Of that, time on the device; 0 on the processor.
  public long deviceNanos() {
    return deviceNanos;
  }

  public long flops() {
    return flops;
  }

  public long bytes() {
    return bytes;
  }

  /// Shapes that took the most time, or empty.
  public String heaviestShape() {
    return nanosByShape.entrySet().stream()
        .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElse("");
  }

  /// All that ran, in the order in which they first did.
  public SequencedSet<String> algorithms() {
    return algorithms;
  }

  /// Seconds that the work took where it was done: on the device, if there is one.
  public double seconds() {
    return 1e-9 * (deviceNanos > 0 ? deviceNanos : nanos);
  }

  public double flopsPerSecond() {
    return seconds() > 0 ? flops / seconds() : 0;
  }

  public double bytesPerSecond() {
    return seconds() > 0 ? bytes / seconds() : 0;
  }

  /// The least time that the machine could take, by the time taken; NaN where nothing is known.
  /// More than 1 where an algorithm needs less than the definition, or data lie in a cache.
  public double rooflineShare(@Nullable Roofline roofline) {
    return roofline == null || seconds() == 0
        ? Double.NaN
        : roofline.bound((double) flops, (double) bytes) / seconds();
  }
}
