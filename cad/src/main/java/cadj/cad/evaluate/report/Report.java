package cadj.cad.evaluate.report;

import static cadj.cad.chart.Html.escape;

import cadj.cad.Version;
import cadj.cad.evaluate.Ledger;
import cadj.cad.evaluate.LedgerKeys;
import cadj.tensor.file.AtomicFile;
import cadj.tensor.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A ledger as one page, `index.html`, beside the pictures that it links.
public final class Report {
  /// The page's name.
  public static final String PAGE = "index.html";

  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1400px; margin: 2em auto; padding: 0 1em }
      h1 { font-size: 1.6em } h2 { margin-top: 2em; border-top: 1px solid #ddd; padding-top: .8em } h3 { margin-top: 1.6em }
      table { border-collapse: collapse; margin: .8em 0; display: block; overflow-x: auto }
      td, th { padding: .2em .7em; text-align: right; white-space: nowrap } th { border-bottom: 2px solid #444; vertical-align: bottom; white-space: normal }
      td:nth-child(-n+2), th:nth-child(-n+2) { text-align: left } tr:nth-child(even) td { background: #f7f7f7 }
      small, .small { color: #777; font-size: .82em } b { color: #060 }
      .row { display: flex; flex-wrap: wrap; gap: 1.2em; align-items: flex-start }
      figure { margin: 0 } figcaption { color: #555; font-size: .85em; max-width: 30em } img { max-width: 340px; height: auto }
      .plot text { font: 11px system-ui, sans-serif; fill: #444 } summary { cursor: pointer; margin: .4em 0 }
      """;

  private Report() {}

  /// Writes the page into the ledger's folder.
  ///
  /// @param against another ledger, to which differences are shown; null for none
  /// @return the page
  public static Path write(Ledger ledger, @Nullable Ledger against) {
    Path page = ledger.file().resolveSibling(PAGE);
    String html = html(ledger, against);
    AtomicFile.write(page, fresh -> Files.writeString(fresh, html));
    return page;
  }

  static String html(Ledger ledger, @Nullable Ledger against) {
    List<ReportCell> cells = ReportCell.of(ledger.lines());
    StringBuilder out = new StringBuilder();
    out.append(
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>cadj: evaluation</title>
        <style>%s</style>
        <h1>Does it work?</h1>
        """
            .formatted(STYLE));
    about(out, cells);
    for (String protocol : ReportCell.protocols(cells)) {
      List<ReportCell> of =
          cells.stream().filter(cell -> cell.protocol().equals(protocol)).toList();
      protocol(out, protocol, of);
    }
    if (against != null) {
      out.append(
          LedgerDifference.html(cells, ReportCell.of(against.lines()), against.file().toString()));
    }
    return out.append(
            "<p class=\"small\">Made by cadj %s from %s.</p></html>%n"
                .formatted(
                    escape(Version.current()), escape(ledger.file().getFileName().toString())))
        .toString();
  }

  private static void about(StringBuilder out, List<ReportCell> cells) {
    out.append(
        """
        <p>%d cells, of which %d are edits. A figure is the mean over edits (concepts × seeds), small print its 95 %%
        interval: bootstrap over concepts and seeds, or Wilson's where all edits have one value. Of the target the share of
        pictures in which it is still seen; of what else is asked for, how much is kept of what the model as it is shows
        from the same noise. The first row is the model as it is, on that noise, in <em>absolute</em> figures: where edits are
        relative to it, the share that it shows itself. <b>Bold</b>: better than each other method by more than chance (sign-flip test over concepts on
        the same cells, Holm's correction, p &lt; 0.05). Changed: weights; passes: forward passes of one sample that the edit
        took, a recorded one counting as three.</p>
        """
            .formatted(cells.size(), cells.stream().filter(ReportCell::isEdit).count()));
    Map<String, Integer> made = new TreeMap<>();
    for (ReportCell cell : cells) {
      JsonObject identity = cell.json().object(LedgerKeys.IDENTITY);
      made.merge(
          "model %s (%.12s), %s, cadj %s"
              .formatted(
                  identity.stringOr(LedgerKeys.MODEL, "?"),
                  identity.stringOr(LedgerKeys.MODEL_HASH, "?"),
                  identity.stringOr(LedgerKeys.DEVICE, "?"),
                  identity.stringOr(LedgerKeys.VERSION, "?")),
          1,
          Integer::sum);
    }
    made.forEach(
        (what, count) ->
            out.append("<p class=\"small\">%d cells: %s</p>%n".formatted(count, escape(what))));
  }

  private static void protocol(StringBuilder out, String protocol, List<ReportCell> cells) {
    out.append("<h2>%s</h2>%n".formatted(escape(protocol)));
    List<Variant> variants = Variant.of(cells);
    SequencedSet<String> groups = ReportCell.groups(cells);
    for (String group : groups) {
      List<Measure> measures = Measure.of(group, cells);
      out.append("<h3>%s</h3>%n".formatted(escape(group)));
      out.append(new FigureTable(variants, measures, cells).html());
      String figures =
          TradeOff.html(group, variants, cells) + DoseResponse.html(group, variants, cells);
      if (!figures.isEmpty()) {
        out.append("<div class=\"row\">\n").append(figures).append("</div>\n");
        out.append(
            "<details><summary>Each concept: target / others kept</summary>%s</details>%n"
                .formatted(new ConceptTable(group, variants, cells).html()));
      }
    }
    out.append(ProbeSection.html(cells));
    out.append(PredictionSection.html(cells));
    out.append(PictureGrid.html(variants, cells));
  }
}
