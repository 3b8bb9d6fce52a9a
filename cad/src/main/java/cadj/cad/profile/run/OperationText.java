package cadj.cad.profile.run;

import static cadj.cad.profile.ProfileText.ofRoof;
import static cadj.cad.profile.ProfileText.scaled;

import cadj.kernels.record.RunProfile;
import cadj.kernels.roofline.Roofline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [OperationTable] in lines.
final class OperationText {
  /// Operations shown one by one.
  private static final int MOST = 24;

  /// Columns of calls, times and rates, and of algorithm and shape beside them; where these do not
  /// fit, they have a line of their own.
  private static final int NUMBERS = 55;

  private static final int WORDS = 40;
  private static final int NAME = 28;

  private OperationText() {}

  static void add(Lines lines, RunProfile run, RunIndex index, @Nullable Roofline roofline) {
    OperationTable table = OperationTable.of(run, index);
    int name = Math.min(NAME, lines.name(NUMBERS));
    boolean words = lines.have(NAME + NUMBERS + WORDS);
    String shortRow = "%-" + name + "s %7s %9s %7s";
    String rowForm = shortRow + " %9s %9s %8s  %s";
    lines.add("");
    lines.add(
        rowForm,
        "operation",
        "calls",
        "own time",
        "share",
        "FLOP/s",
        "B/s",
        "of roof",
        words ? "algorithm; heaviest shape" : "");
    below(lines, words ? "" : "algorithm; heaviest shape");
    int shown = Math.min(MOST, table.rows().size());
    for (OperationTable.Row row : table.rows().subList(0, shown)) {
      Totals totals = row.totals();
      String its = row.pass() == Pass.FORWARD ? row.name() : row.name() + ", " + row.pass().words();
      lines.add(
          rowForm,
          Lines.cut(its, name),
          totals.calls(),
          Lines.time(totals.seconds()),
          share(totals.seconds(), run),
          scaled(totals.flopsPerSecond()),
          scaled(totals.bytesPerSecond()),
          ofRoof(totals.rooflineShare(roofline)),
          words ? Lines.words(totals) : "");
      below(lines, words ? "" : Lines.words(totals));
    }
    List<OperationTable.Row> rest = table.rows().subList(shown, table.rows().size());
    if (!rest.isEmpty()) {
      double others = rest.stream().mapToDouble(row -> row.totals().seconds()).sum();
      lines.add(shortRow, rest.size() + " others", "", Lines.time(others), share(others, run));
    }
    lines.add(
        shortRow,
        "outside operations",
        "",
        Lines.seconds(table.outside()),
        Lines.percent(table.outside(), run.nanos()));
  }

  private static void below(Lines lines, String words) {
    if (!words.isEmpty()) {
      lines.add("    %s", words);
    }
  }

  private static String share(double seconds, RunProfile run) {
    return Lines.percent(Math.round(1e9 * seconds), run.nanos());
  }
}
