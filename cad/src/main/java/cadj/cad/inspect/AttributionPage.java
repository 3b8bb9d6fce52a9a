package cadj.cad.inspect;

import static cadj.cad.chart.Html.escape;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.chart.HeatMap;
import cadj.cad.chart.HtmlBars;
import cadj.cad.unit.DrillDown;
import cadj.tensor.file.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// An attribution as a web page that needs no other file.
public final class AttributionPage {
  private static final String STYLE =
      """
      body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 1080px; margin: 2em auto; padding: 0 1em }
      h1 { font-size: 1.7em } h2 { margin-top: 1.6em }
      table { border-collapse: collapse } td, th { padding: .15em .8em .15em 0; text-align: left; vertical-align: top }
      .wide { overflow-x: auto } .small { color: #777; font-size: .85em }
      """
          + HtmlBars.STYLE
          + HeatMap.STYLE
          + DrillDown.STYLE;

  private AttributionPage() {}

  /// Writes the page, in one move.
  ///
  /// @param units what [DrillDown] makes of it
  public static void write(Path file, AttributionReport report, String units, String version) {
    AtomicFile.write(file, fresh -> Files.writeString(fresh, html(report, units, version)));
  }

  static String html(AttributionReport report, String units, String version) {
    StringBuilder html = new StringBuilder();
    String name = escape(report.path().getFileName().toString());
    html.append(
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>%s</title>
        <style>%s</style>
        <h1>%s</h1>
        <p>The score of a weight is the weight times the derivative of the objective by it: to first order, what the objective
        loses if the weight is zeroed.</p>
        <table>
        """
            .formatted(name, STYLE, name));
    AttributionFile.settings(report.attribution())
        .forEach(
            (key, value) ->
                html.append(
                    "<tr><th>%s</th><td>%s</td></tr>%n".formatted(escape(key), escape(value))));
    html.append("</table>\n<h2>From the model to its weights</h2>\n").append(units);
    html.append(
        "<p class=\"small\">Sums of negative scores (left) and of positive ones (right); bars of"
            + " one level are to one scale. Open a module for its strongest units: hidden neurons"
            + " of feed-forward blocks, heads of attentions, filters of convolutions, and the"
            + " weights that count most in each.</p>\n");
    html.append("<h2>By block and layer</h2>\n<div class=\"wide\">");
    html.append(HtmlBars.of(report.parameters()));
    html.append(
        "</div>\n<p class=\"small\">Sums of negative scores (left) and of positive ones (right) of"
            + " each parameter.</p>\n");
    if (report.attribution().timesteps().length > 0) {
      html.append("<h2>By time step</h2>\n<div class=\"wide\">");
      html.append(HeatMap.of(report.attribution()));
      html.append(
          "</div>\n<p class=\"small\">Columns are the scored time steps t. Left half of a cell:"
              + " positive scores, right half: negative ones, darker is more.</p>\n");
    }
    strongest(html, "Most positive", report.mostPositive());
    strongest(html, "Most negative", report.mostNegative());
    return html.append(
            "<p class=\"small\">Made by cadj %s.</p></html>\n".formatted(escape(version)))
        .toString();
  }

  private static void strongest(
      StringBuilder html, String title, List<AttributionReport.Strong> strong) {
    html.append("<h2>").append(title).append("</h2>\n<table>\n");
    for (AttributionReport.Strong row : strong) {
      html.append(
          "<tr><td>%.1f %%</td><td>%s</td></tr>%n"
              .formatted(100 * row.share(), escape(row.scores().parameter())));
    }
    html.append("</table>\n");
  }
}
