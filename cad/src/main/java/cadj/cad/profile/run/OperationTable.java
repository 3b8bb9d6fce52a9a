package cadj.cad.profile.run;

import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A run by operation and pass, what takes longest first.
///
/// @param rows one for each operation and pass
/// @param nanos wall time of the run
/// @param outside nanoseconds outside all operations
public record OperationTable(List<Row> rows, long nanos, long outside) {
  /// @param name of the operation, PyTorch's
  public record Row(String name, Pass pass, Totals totals) {}

  private record Key(String name, Pass pass) {}

  public static OperationTable of(RunProfile run, RunIndex index) {
    Map<Key, Totals> sums = new HashMap<>();
    long outside = run.nanos();
    for (Slice slice : run.slices()) {
      if (slice.kind().isOperation()) {
        Key key = new Key(slice.name(), index.pass(slice.id()));
        sums.computeIfAbsent(key, k -> new Totals()).add(slice, index);
        outside -= index.own(slice.id());
      }
    }
    Comparator<Row> byTime = Comparator.comparingDouble(row -> -row.totals.seconds());
    List<Row> rows =
        sums.entrySet().stream()
            .map(entry -> new Row(entry.getKey().name, entry.getKey().pass, entry.getValue()))
            .sorted(byTime.thenComparing(Row::name).thenComparing(Row::pass))
            .toList();
    return new OperationTable(rows, run.nanos(), outside);
  }
}
