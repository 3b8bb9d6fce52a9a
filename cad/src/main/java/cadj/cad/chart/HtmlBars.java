package cadj.cad.chart;

import static cadj.cad.chart.Html.escape;

import java.util.List;

/// A bar chart for web pages: a row per parameter, negative scores to the left of the axis,
/// positive ones to the right.
public final class HtmlBars {
  /// What the page's style sheet must hold.
  public static final String STYLE =
      """
      .bars td { padding: 0; height: 17px; width: 260px } .bars .sum { width: auto; padding: 0 .6em; font-size: .8em; color: #555 }
      .bars th { border: 0; font-weight: normal; font-size: .8em; padding: 0 .5em; text-align: left; color: #444 }
      .bars i { display: block; height: 13px } .bars .down { border-right: 1px solid #444 }
      .bars .down i { margin-left: auto; background: rgb(31,119,180) } .bars .up i { background: rgb(214,39,40) }
      """;

  private HtmlBars() {}

  /// The table.
  public static String of(List<ParameterScores> parameters) {
    double most = ParameterScores.largest(parameters);
    StringBuilder html = new StringBuilder("<table class=\"bars\">\n");
    String before = "";
    for (ParameterScores scores : parameters) {
      String block = scores.label().block();
      html.append(
          """
          <tr title="%s"><th>%s</th><th>%s</th><td class="down"><i style="width:%.2f%%"></i></td><td class="up"><i style="width:%.2f%%"></i></td><td class="sum">%+.2e</td><td class="sum">%+.2e</td></tr>
          """
              .formatted(
                  escape(scores.parameter()),
                  escape(block.equals(before) ? "" : block),
                  escape(scores.label().layer()),
                  share(-scores.negative(), most),
                  share(scores.positive(), most),
                  scores.negative(),
                  scores.positive()));
      before = block;
    }
    return html.append("</table>\n").toString();
  }

  private static double share(double value, double most) {
    return most == 0 ? 0 : 100 * value / most;
  }
}
