package cadj.cad.profile.run;

import static cadj.cad.profile.ProfileText.scaled;

import cadj.kernels.record.RunProfile;
import cadj.kernels.roofline.Roofline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [OperationTable] in lines.
final class OperationText {
  /// Operations shown one by one.
  private static final int MOST = 24;

  private static final String SHORT_ROW = "%-28s %7s %9s %7s";
  private static final String ROW = SHORT_ROW + " %9s %9s %8s  %s";

  private OperationText() {}

  static void add(Lines lines, RunProfile run, RunIndex index, @Nullable Roofline roofline) {
    OperationTable table = OperationTable.of(run, index);
    lines.add("");
    lines.add(
        ROW,
        "operation",
        "calls",
        "own time",
        "share",
        "FLOP/s",
        "B/s",
        "of roof",
        "algorithm; heaviest shape");
    int shown = Math.min(MOST, table.rows().size());
    for (OperationTable.Row row : table.rows().subList(0, shown)) {
      Totals totals = row.totals();
      lines.add(
          ROW,
          row.pass() == Pass.FORWARD ? row.name() : row.name() + ", " + row.pass().words(),
          totals.calls(),
          Lines.time(totals.seconds()),
          share(totals.seconds(), run),
          scaled(totals.flopsPerSecond()),
          scaled(totals.bytesPerSecond()),
          ofRoof(totals, roofline),
          Lines.words(totals));
    }
    List<OperationTable.Row> rest = table.rows().subList(shown, table.rows().size());
    if (!rest.isEmpty()) {
      double others = rest.stream().mapToDouble(row -> row.totals().seconds()).sum();
      lines.add(SHORT_ROW, rest.size() + " others", "", Lines.time(others), share(others, run));
    }
    lines.add(
        SHORT_ROW,
        "outside operations",
        "",
        Lines.seconds(table.outside()),
        Lines.percent(table.outside(), run.nanos()));
  }

  private static String share(double seconds, RunProfile run) {
    return Lines.percent(Math.round(1e9 * seconds), run.nanos());
  }

  private static String ofRoof(Totals totals, @Nullable Roofline roofline) {
    double share = totals.rooflineShare(roofline);
    return Double.isNaN(share) ? "" : "%.0f %%".formatted(100 * share);
  }
}
