package cadj.cad.evaluate.report;

import static cadj.cad.chart.Html.escape;
import static cadj.cad.evaluate.report.Numbers.text;

import cadj.cad.evaluate.LedgerKeys;
import cadj.cad.statistics.Holm;
import cadj.cad.statistics.Interval;
import cadj.cad.statistics.PairedDifference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What differs between two ledgers, on the cells that both have: method by method, with the
/// significance of it, all tests together (Holm).
final class LedgerDifference {
  private LedgerDifference() {}

  private record Row(
      String what, Measure measure, double before, double now, PairedDifference difference) {}

  /// @param name of the other ledger, for the reader
  static String html(List<ReportCell> cells, List<ReportCell> others, String name) {
    Map<String, ReportCell> byName = new LinkedHashMap<>();
    others.forEach(cell -> byName.put(cell.name(), cell));
    List<ReportCell> common =
        cells.stream().filter(cell -> byName.containsKey(cell.name())).toList();
    long same = common.stream().filter(cell -> isSame(cell, byName.get(cell.name()))).count();
    StringBuilder out = new StringBuilder();
    out.append(
        "<h2>Against %s</h2>%n<p>%d cells are in both, %d only here, %d only there; of those in both %d have the same figures to the last digit.</p>%n"
            .formatted(
                escape(name),
                common.size(),
                cells.size() - common.size(),
                others.size() - common.size(),
                same));
    List<Row> rows = rows(cells, others);
    if (rows.isEmpty()) {
      return out.toString();
    }
    double[] p = Holm.adjusted(rows.stream().mapToDouble(row -> row.difference().p()).toArray());
    out.append(
        "<table><tr><th>what</th><th>measure</th><th>edits</th><th>there</th><th>here</th><th>difference</th><th>p</th><th>p"
            + " of all tests</th></tr>\n");
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      String difference = text(row.difference().mean());
      out.append(
          "<tr><td>%s</td><td>%s</td><td>%d</td><td>%s</td><td>%s</td><td>%s%s</td><td>%s</td><td>%s</td></tr>%n"
              .formatted(
                  escape(row.what()),
                  escape(row.measure().title()),
                  row.difference().pairs(),
                  text(row.before()),
                  text(row.now()),
                  p[i] < 1 - Interval.LEVEL ? "<b>" + difference + "</b>" : difference,
                  text(row.difference().interval()),
                  Numbers.p(row.difference().p()),
                  Numbers.p(p[i])));
    }
    return out.append("</table>\n").toString();
  }

  private static boolean isSame(ReportCell a, ReportCell b) {
    return Objects.equals(
            a.json().values().get(LedgerKeys.FIGURES), b.json().values().get(LedgerKeys.FIGURES))
        && Objects.equals(
            a.json().values().get(LedgerKeys.PREDICTION),
            b.json().values().get(LedgerKeys.PREDICTION));
  }

  private static List<Row> rows(List<ReportCell> cells, List<ReportCell> others) {
    List<Row> out = new ArrayList<>();
    for (String protocol : ReportCell.protocols(cells)) {
      List<ReportCell> here = of(cells, protocol);
      List<ReportCell> there = of(others, protocol);
      List<Variant> counterparts = Variant.of(there);
      for (Variant variant : Variant.of(here)) {
        counterparts.stream()
            .filter(other -> other.label().equals(variant.label()))
            .forEach(other -> add(out, protocol, here, variant, other));
      }
    }
    return out;
  }

  private static List<ReportCell> of(List<ReportCell> cells, String protocol) {
    return cells.stream().filter(cell -> cell.protocol().equals(protocol)).toList();
  }

  private static void add(
      List<Row> out, String protocol, List<ReportCell> here, Variant variant, Variant other) {
    for (String group : ReportCell.groups(here)) {
      for (Measure measure : Measure.of(group, here)) {
        PairedDifference difference = Comparison.of(measure, other.cells(), variant.cells());
        if (difference != null) {
          out.add(
              new Row(
                  "%s, %s: %s".formatted(protocol, group, variant.label()),
                  measure,
                  Summary.of(measure, other.cells()).mean(),
                  Summary.of(measure, variant.cells()).mean(),
                  difference));
        }
      }
    }
  }
}
