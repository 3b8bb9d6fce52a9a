package cadj.cad.evaluate.report;

import static cadj.cad.chart.Html.escape;
import static cadj.cad.evaluate.report.Numbers.text;

import cadj.cad.evaluate.LedgerKeys;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Methods against measures, for one group of prompts; first the model as it is.
///
/// @param cells of the protocol, the model as it is among them
record FigureTable(List<Variant> variants, List<Measure> measures, List<ReportCell> cells) {
  private static final double ERASED = 0.1;

  String html() {
    StringBuilder out = new StringBuilder("<table>\n<tr><th>#</th><th>method</th><th>edits</th>");
    for (Measure measure : measures) {
      out.append("<th>").append(escape(measure.title())).append("</th>");
      if (isTarget(measure)) {
        out.append("<th>median</th><th>worst</th>");
        out.append(measure.lowerIsBetter() ? "<th>≤ 0.1</th>" : "");
      }
    }
    out.append("<th>changed</th><th>passes</th><th>seconds</th></tr>\n");
    out.append(new UneditedRow(variants, cells).html(measures));
    List<@Nullable Variant> best =
        measures.stream().<@Nullable Variant>map(one -> Comparison.best(one, variants)).toList();
    for (int i = 0; i < variants.size(); i++) {
      row(out, i, best);
    }
    return out.append("</table>\n").toString();
  }

  private static boolean isTarget(Measure measure) {
    return measure.title().equals(LedgerKeys.TARGET);
  }

  /// How many columns a measure has.
  static int columns(Measure measure) {
    return isTarget(measure) ? (measure.lowerIsBetter() ? 4 : 3) : 1;
  }

  private void row(StringBuilder out, int number, List<@Nullable Variant> best) {
    Variant variant = variants.get(number);
    out.append(
        "<tr><td style=\"color:%s\">%d</td><td>%s</td><td>%d</td>"
            .formatted(
                Plot.color(number), number + 1, escape(variant.label()), variant.cells().size()));
    for (int m = 0; m < measures.size(); m++) {
      Summary summary = Summary.of(measures.get(m), variant.cells());
      String mean = text(summary.mean());
      out.append(
          "<td>%s%s</td>"
              .formatted(
                  isBest(variant, best.get(m)) ? "<b>" + mean + "</b>" : mean,
                  text(summary.interval())));
      if (isTarget(measures.get(m))) {
        out.append(
            "<td>%s</td><td>%s</td>".formatted(text(summary.median()), text(summary.worst())));
        if (measures.get(m).lowerIsBetter()) {
          out.append(
              "<td>%d of %d</td>".formatted(summary.atMost(ERASED), summary.values().length));
        }
      }
    }
    for (String cost : List.of(LedgerKeys.CHANGED, LedgerKeys.PASSES, LedgerKeys.EDIT_SECONDS)) {
      out.append("<td>%s</td>".formatted(text(cost(variant, cost))));
    }
    out.append("</tr>\n");
  }

  private static boolean isBest(Variant variant, @Nullable Variant best) {
    return best != null && best.label().equals(variant.label());
  }

  private static double cost(Variant variant, String key) {
    Measure cost = new Measure(key, true, cell -> cell.cost(key), cell -> null, cell -> Double.NaN);
    return Summary.median(cost, variant.cells());
  }
}
