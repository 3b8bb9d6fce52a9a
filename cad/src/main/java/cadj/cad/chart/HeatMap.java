package cadj.cad.chart;

import static cadj.cad.chart.Html.escape;

import cadj.cad.attribution.AttributionResult;

/// An attribution as a table of colours on a web page: a row per parameter, a column per scored
/// step; left half of a cell: positive scores, right half: negative ones, darker is more.
public final class HeatMap {
  /// What the page's style sheet must hold.
  public static final String STYLE =
      """
      .heat td { padding: 0; width: 34px; height: 17px; border: 1px solid #fff }
      .heat th { border: 0; font-weight: normal; font-size: .8em; padding: 0 .5em; text-align: left; color: #444 }
      .heat .t { text-align: center; padding: 0 }
      """;

  private HeatMap() {}

  /// The table.
  public static String of(AttributionResult attribution) {
    double most = largest(attribution);
    StringBuilder html = new StringBuilder("<table class=\"heat\"><tr><th></th>");
    for (Number t : attribution.plainTimesteps()) {
      html.append("<th class=\"t\">").append(t).append("</th>");
    }
    html.append("</tr>\n");
    for (ParameterScores scores : ParameterScores.of(attribution)) {
      html.append("<tr><th>").append(escape(scores.label().toString())).append("</th>");
      for (int k = 0; k < attribution.timesteps().length; k++) {
        double up = attribution.positive()[scores.row()][k];
        double down = -attribution.negative()[scores.row()][k];
        html.append(
            "<td title=\"+%.3g −%.3g\" style=\"background: linear-gradient(90deg, rgba(214,39,40,%.3f) 50%%, rgba(31,119,180,%.3f) 50%%)\"></td>"
                .formatted(up, down, shade(up, most), shade(down, most)));
      }
      html.append("</tr>\n");
    }
    return html.append("</table>\n").toString();
  }

  private static double largest(AttributionResult attribution) {
    double most = 0;
    for (int p = 0; p < attribution.positive().length; p++) {
      for (int k = 0; k < attribution.timesteps().length; k++) {
        most = Math.max(most, attribution.positive()[p][k]);
        most = Math.max(most, -attribution.negative()[p][k]);
      }
    }
    return most;
  }

  /// Square root, so that small scores show too.
  private static double shade(double value, double most) {
    return most == 0 ? 0 : Math.sqrt(value / most);
  }
}
