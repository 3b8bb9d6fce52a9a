package cadj.cad.profile.run;

import cadj.kernels.record.KernelCounts;
import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Work;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a device was asked for: kernels, calls of libraries, copies. What takes longest first.
public record KernelTable(List<Row> rows) {
  /// @param name of the kernel, or what was asked for
  /// @param launches how often
  /// @param hostNanos that the host took to ask, or waited
  /// @param deviceNanos that the device took, between two events; 0 for copies
  /// @param counts what the kernel did, if the device is emulated
  public record Row(
      String name, long launches, long hostNanos, long deviceNanos, @Nullable KernelCounts counts) {
    long nanos() {
      return Math.max(hostNanos, deviceNanos);
    }
  }

  public static KernelTable of(RunProfile run) {
    Map<String, KernelCounts> counts = new HashMap<>();
    run.kernels().forEach(kernel -> counts.put(kernel.name(), kernel));
    Map<String, Row> sums = new LinkedHashMap<>();
    for (Slice slice : run.slices()) {
      if (slice.kind() == Kind.LAUNCH) {
        Work work = slice.work();
        Row one =
            new Row(
                slice.name(),
                1,
                slice.nanos(),
                work == null ? 0 : work.deviceNanos(),
                counts.get(slice.name()));
        sums.merge(slice.name(), one, KernelTable::sum);
      }
    }
    List<Row> rows = new ArrayList<>(sums.values());
    rows.sort((a, b) -> Long.compare(b.nanos(), a.nanos()));
    return new KernelTable(rows);
  }

  private static Row sum(Row a, Row b) {
    return new Row(
        a.name,
        a.launches + b.launches,
        a.hostNanos + b.hostNanos,
        a.deviceNanos + b.deviceNanos,
        a.counts);
  }
}
