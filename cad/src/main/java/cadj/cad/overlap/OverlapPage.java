package cadj.cad.overlap;

import static cadj.cad.chart.Html.escape;
import static cadj.cad.overlap.Overlap.SHARES;

import cadj.cad.chart.ParameterLabel;
import cadj.cad.overlap.Overlap.Agreement;
import cadj.cad.overlap.Overlap.Pair;
import cadj.cad.overlap.Overlap.Top;
import cadj.tensor.file.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToDoubleFunction;

/// An overlap as a web page that needs no other file: a matrix of the files for each share and end,
/// and a table by layer.
public final class OverlapPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --paper: #fff; --ink: #222; --dim: #666; --rule: #ddd }
      @media (prefers-color-scheme: dark) { :root { --paper: #17181a; --ink: #ddd; --dim: #9a9ea3; --rule: #34373b } }
      body { font: 16px/1.5 system-ui, sans-serif; background: var(--paper); color: var(--ink); max-width: 1180px; margin: 2em auto; padding: 0 1em }
      h1 { font-size: 1.6em } h2 { margin-top: 1.8em } .small, caption { color: var(--dim); font-size: .85em }
      .row { display: flex; flex-wrap: wrap; gap: 2em; margin-bottom: 1.2em } .wide { overflow-x: auto } caption { text-align: left; padding-bottom: .3em }
      table { border-collapse: collapse; font-size: .85em; font-variant-numeric: tabular-nums }
      th { font-weight: normal; text-align: left; padding: .2em .7em .2em 0; white-space: nowrap }
      td { text-align: center; padding: .35em .6em; border: 2px solid var(--paper); min-width: 3.6em } td.none { color: var(--dim) }
      """;

  private final Overlap overlap;
  private final StringBuilder html = new StringBuilder();

  private OverlapPage(Overlap overlap) {
    this.overlap = overlap;
  }

  /// Writes the page, in one move.
  ///
  /// @param version of the program, for the last line
  public static void write(Path file, Overlap overlap, String version) {
    String html = new OverlapPage(overlap).html(version);
    AtomicFile.write(file, fresh -> Files.writeString(fresh, html));
  }

  private String html(String version) {
    html.append(
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Overlap of attributions</title>
        <style>
        %s</style>
        <h1>Do these attributions point at the same weights?</h1>
        <table>
        """
            .formatted(STYLE));
    for (int i = 0; i < overlap.files().size(); i++) {
      html.append(
          "<tr><th><b>%s</b></th><th>%s</th></tr>%n"
              .formatted(label(i), escape(overlap.files().get(i).name())));
    }
    html.append("</table>\n");
    overlap.notes().forEach(note -> html.append("<p>%s</p>%n".formatted(escape(note))));
    html.append(
        """
        <h2>Top sets of the whole model</h2>
        <p class="small">Weights that are among the highest scores (positive) or the lowest (negative) of both, as a share of those
        that are of either: Jaccard's index; of %,d weights. Each title says what two random sets of that size would have.</p>
        """
            .formatted(overlap.whole().weights()));
    for (Sign sign : Sign.values()) {
      html.append("<div class=\"row\">\n");
      for (double share : SHARES) {
        Top top = new Top(share, sign);
        matrix(
            "%s, top %s (chance %.4f)"
                .formatted(
                    sign,
                    OverlapText.percent(share),
                    overlap.pairs().stream()
                        .mapToDouble(p -> overlap.whole().sets().get(p).get(top).chance())
                        .average()
                        .orElse(Double.NaN)),
            p -> overlap.whole().sets().get(p).get(top).jaccard(),
            "%.3f");
      }
      html.append("</div>\n");
    }
    html.append(
        "<h2>Rank correlation</h2>%n<p class=\"small\">Spearman's ρ of the scores %s: red where ranks agree, blue where one rises as the other falls.</p>%n"
            .formatted(OverlapText.ranked(overlap.whole())));
    matrix("", overlap.whole().rho()::get, "%.3f");
    layers();
    return html.append(
            "<p class=\"small\">Made by cadj %s.</p></html>\n".formatted(escape(version)))
        .toString();
  }

  private String label(int file) {
    return escape(OverlapText.label(overlap, file));
  }

  private void matrix(String caption, ToDoubleFunction<Pair> figure, String form) {
    html.append("<table><caption>").append(escape(caption)).append("</caption><tr><th></th>");
    int n = overlap.files().size();
    for (int b = 0; b < n; b++) {
      html.append("<th>").append(label(b)).append("</th>");
    }
    html.append("</tr>\n");
    for (int a = 0; a < n; a++) {
      html.append("<tr><th>").append(label(a)).append("</th>");
      for (int b = 0; b < n; b++) {
        if (a == b) {
          html.append("<td class=\"none\">–</td>");
        } else {
          cell(figure.applyAsDouble(new Pair(Math.min(a, b), Math.max(a, b))), form);
        }
      }
      html.append("</tr>\n");
    }
    html.append("</table>\n");
  }

  /// Red for agreement, blue for its opposite; grey digits where there is no figure.
  private void cell(double value, String form) {
    if (Double.isNaN(value)) {
      html.append("<td class=\"none\">none</td>");
      return;
    }
    html.append(
        "<td style=\"background: rgba(%s,%.3f)\">%s</td>"
            .formatted(
                value < 0 ? "31,119,180" : "214,39,40",
                0.75 * Math.sqrt(Math.min(1, Math.abs(value))),
                form.formatted(value)));
  }

  private void layers() {
    html.append(
        "<h2>By layer</h2>%n<p class=\"small\">Of each layer's own top %s, and of its ranks; by pair of files.</p>%n<div class=\"wide\"><table><tr><th></th><th></th>"
            .formatted(OverlapText.percent(OverlapText.SHOWN)));
    for (String group : new String[] {"positive", "negative", "ρ"}) {
      html.append("<th colspan=\"%d\"><b>%s</b></th>".formatted(overlap.pairs().size(), group));
    }
    html.append("</tr>\n<tr><th></th><th></th>");
    for (int group = 0; group < 3; group++) {
      for (Pair pair : overlap.pairs()) {
        html.append("<th>%d – %d</th>".formatted(pair.a() + 1, pair.b() + 1));
      }
    }
    html.append("</tr>\n");
    String before = "";
    for (Agreement layer : overlap.byDepth()) {
      ParameterLabel label = ParameterLabel.of(layer.name());
      html.append(
          "<tr title=\"%s\"><th>%s</th><th>%s</th>"
              .formatted(
                  escape(layer.name()),
                  escape(label.block().equals(before) ? "" : label.block()),
                  escape(label.layer())));
      before = label.block();
      for (Sign sign : Sign.values()) {
        overlap.pairs().forEach(p -> cell(OverlapText.set(layer, p, sign).jaccard(), "%.3f"));
      }
      overlap.pairs().forEach(p -> cell(layer.rho().get(p), "%.2f"));
      html.append("</tr>\n");
    }
    html.append("</table></div>\n");
  }
}
