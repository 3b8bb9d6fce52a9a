package cadj.cad.trace;

import static cadj.cad.chart.Html.escape;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The heat map of one procedure on the page: a row per module; columns per window for each
/// measure, CAD's sums in all and per window, and the first sample's picture for each window.
final class TraceTable {
  /// What the page's style sheet must hold.
  static final String STYLE =
      """
      .trace td, .trace th { padding: 0; font-size: .78em; font-weight: normal }
      .trace td.e { width: 38px; height: 26px; text-align: center; border: 1px solid #fff; color: #333 }
      .trace td.s { min-width: 78px; height: 26px; text-align: center; white-space: nowrap; border: 1px solid #fff; color: #333 }
      .trace td.s i { display: inline-block; width: 50%; font-style: normal } .trace td.s i.dark { color: #fff }
      .trace td.e.dark { color: #fff } .trace td.e.sure { box-shadow: inset 0 0 0 1.5px #333 }
      .trace th.name { padding-right: .8em; white-space: nowrap; color: #444 } .trace th.measure { font-weight: 600; padding: .3em 0 .1em }
      .trace .gap { width: 14px } .trace th.w { text-align: center; color: #777 } .trace img { height: 26px; display: block; image-rendering: pixelated }
      """;

  private final TraceResult trace;
  private final @Nullable TraceScores scores;
  private final Procedure procedure;
  private final List<TraceRow> rows;
  private final int columns;
  private final StringBuilder html = new StringBuilder();

  TraceTable(TraceResult trace, @Nullable TraceScores scores, Procedure procedure) {
    this.trace = trace;
    this.scores = scores;
    this.procedure = procedure;
    rows = trace.rows(procedure);
    columns = trace.windows().size();
  }

  String html() {
    html.append("<table class=\"trace\">\n<tr><th></th>");
    for (Measure measure : trace.measures()) {
      heading(measure.title());
    }
    if (scores != null) {
      heading("CAD’s sums");
    }
    heading("pictures");
    html.append("</tr>\n<tr><th></th>");
    int groups = trace.measures().size() + (scores == null ? 1 : 2);
    for (int group = 0; group < groups; group++) {
      html.append("<th class=\"gap\"></th>");
      for (int w = 0; w < columns; w++) {
        html.append("<th class=\"w\">%s</th>".formatted(w == 0 ? "all" : trace.windows().get(w)));
      }
    }
    html.append("</tr>\n");
    Map<Measure, Double> most = new EnumMap<>(Measure.class);
    for (Measure measure : trace.measures()) {
      for (TraceRow row : rows) {
        for (int w = 0; w < columns; w++) {
          double size = Math.abs(trace.effect(row, measure, w).mean());
          most.merge(measure, size, Math::max);
        }
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      row(r, most);
    }
    return html.append("</table>\n").toString();
  }

  private void heading(String title) {
    html.append(
        "<th class=\"gap\"></th><th class=\"measure\" colspan=\"%d\">%s</th>"
            .formatted(columns, escape(title)));
  }

  private void row(int r, Map<Measure, Double> most) {
    TraceRow row = rows.get(r);
    html.append(
        "<tr><th class=\"name\" title=\"%s\">%s</th>"
            .formatted(escape(String.join(" ", row.modules())), escape(RowLabel.of(row))));
    for (Measure measure : trace.measures()) {
      html.append("<td class=\"gap\"></td>");
      for (int w = 0; w < columns; w++) {
        effect(trace.effect(row, measure, w), most.getOrDefault(measure, 0.0));
      }
    }
    if (scores != null) {
      html.append("<td class=\"gap\"></td>");
      for (int w = 0; w < columns; w++) {
        sums(scores, row, w);
      }
    }
    html.append(
        "<td class=\"gap\"></td><td colspan=\"%d\"><img loading=\"lazy\" src=\"%s\" alt=\"pictures\"></td></tr>%n"
            .formatted(columns, TraceFiles.picture(procedure, r)));
  }

  private void effect(Effect effect, double most) {
    boolean sure = effect.interval().isKnown() && !effect.interval().contains(0);
    html.append(
        "<td class=\"e%s%s\" style=\"background:%s\" title=\"%s\">%s</td>"
            .formatted(
                Shade.isDark(effect.mean(), most) ? " dark" : "",
                sure ? " sure" : "",
                Shade.css(effect.mean(), most),
                escape(TraceNumbers.withInterval(effect)),
                TraceNumbers.shortly(effect.mean())));
  }

  /// The left half of the cell: the sum of positive scores, the right half: of negative ones.
  private void sums(TraceScores known, TraceRow row, int w) {
    ModuleScores its = known.of(row);
    if (its.weights() == 0) {
      html.append("<td class=\"s\" title=\"not scored\">·</td>");
      return;
    }
    double most = largest(known, w);
    double up = its.positiveByWindow()[w];
    double down = its.negativeByWindow()[w];
    html.append(
        "<td class=\"s\" style=\"background:linear-gradient(90deg,%s 50%%,%s 50%%)\" title=\"%+.3g %+.3g of %,d weights\"><i%s>%s</i><i%s>%s</i></td>"
            .formatted(
                Shade.css(up, most),
                Shade.css(down, most),
                up,
                down,
                its.weights(),
                dark(up, most),
                TraceNumbers.sum(up),
                dark(down, most),
                TraceNumbers.sum(down)));
  }

  private static String dark(double value, double most) {
    return Shade.isDark(value, most) ? " class=\"dark\"" : "";
  }

  private double largest(TraceScores known, int w) {
    double most = 0;
    for (TraceRow row : rows) {
      ModuleScores its = known.of(row);
      most = Math.max(most, Math.max(its.positiveByWindow()[w], -its.negativeByWindow()[w]));
    }
    return most;
  }
}
