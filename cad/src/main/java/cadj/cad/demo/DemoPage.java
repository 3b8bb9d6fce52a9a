package cadj.cad.demo;

import static cadj.cad.chart.Html.escape;

import cadj.cad.attribution.ObjectiveKind;
import cadj.cad.chart.HeatMap;
import cadj.cad.picture.PngFile;
import cadj.tensor.file.AtomicFile;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The demonstration's findings as a web page with its pictures beside it.
final class DemoPage {
  private static final String STYLE =
      """
      body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 1320px; margin: 2em auto; padding: 0 1em }
      h1 { font-size: 1.7em } h2 { margin-top: 2em; border-top: 1px solid #ddd; padding-top: 1em }
      .row { display: flex; flex-wrap: wrap; gap: 1.5em; align-items: flex-start }
      figure { margin: 0 } figcaption { color: #555; font-size: .9em; max-width: 26em }
      table { border-collapse: collapse; margin: 1em 0 } td, th { padding: .25em .8em; text-align: right; white-space: nowrap }
      th { border-bottom: 2px solid #444 } td:first-child, th:first-child { text-align: left }
      .small { color: #777; font-size: .85em }
      """
          + HeatMap.STYLE;

  private DemoPage() {}

  /// Writes the page and its pictures into `folder`.
  ///
  /// @return the page
  static Path write(Path folder, Demo.Findings findings, String version) {
    PngFile.write(folder.resolve("original.png"), findings.original(), Map.of());
    StringBuilder html = new StringBuilder();
    html.append(
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>cadj: concepts, out and in</title>
        <style>%s</style>
        <h1>Which weights make a concept appear?</h1>
        <p>The embedded model <b>fashion</b> draws ten garments in four styles. Each of its 933,888 feed-forward weights
        was scored for a concept (weight × derivative of what the concept adds to the prediction, summed over ten
        denoising steps); then the weights with the highest scores in each matrix row were set to zero, and the same
        captions were drawn again from the same noise. Accuracy is a classifier's; a red frame marks a picture in which it sees
        something else than the caption says.</p>
        <p>As it comes, the model's sheet below is right for %s of the objects and %s of the styles.</p>
        """
            .formatted(
                STYLE, percent(findings.objectAccuracy()), percent(findings.styleAccuracy())));
    for (Study study : findings.studies()) {
      section(html, folder, study);
    }
    html.append("<p class=\"small\">Made by cadj %s.</p></html>\n".formatted(escape(version)));
    Path page = folder.resolve(DemoRun.PAGE);
    AtomicFile.write(page, fresh -> Files.writeString(fresh, html));
    return page;
  }

  private static void section(StringBuilder html, Path folder, Study study) {
    String name = study.concept().name();
    String slug = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    boolean erased = study.objective() == ObjectiveKind.ERASE;
    String sheet = picture(folder, slug + "-edited.png", study.sheet());
    String plot = picture(folder, slug + "-ratio.png", RatioPlot.of(study));
    html.append(
        "<h2>%s the %s “%s”</h2>%n"
            .formatted(
                erased ? "Erasing" : "Amplifying",
                study.concept().kind().name().toLowerCase(Locale.ROOT),
                escape(name)));
    if (!erased) {
      html.append(
          "<p>The other way round: the weights with the lowest scores, which hold the concept back,"
              + " are zeroed; scores come from denoising the model's own pictures of it that the"
              + " classifier recognised.</p>\n");
    }
    html.append(
        """
        <div class="row"><figure><img src="original.png" alt="sheet before"><figcaption>Before</figcaption></figure>
        <figure><img src="%s" alt="sheet after"><figcaption>After zeroing %s of each row (first noise seed)</figcaption></figure>%s</div>
        """
            .formatted(sheet, percent(study.shown()), chosen(folder, slug, study.chosen())));
    table(html, study);
    html.append(
        """
        <div class="row"><figure><img src="%s" alt="accuracy against ratio"><figcaption>Accuracy against the share of each row
        that is zeroed; line: mean over noise seeds of the attribution, shaded: their span.</figcaption></figure>
        <figure>
        """
            .formatted(plot));
    html.append(HeatMap.of(study.attribution()));
    html.append(
        "<figcaption>Where the scores lie: rows are feed-forward matrices, columns denoising steps"
            + " (t, noisiest first); left half of a cell: positive scores, right half: negative"
            + " ones, darker is more.</figcaption></figure></div>\n");
  }

  private static String chosen(Path folder, String slug, @Nullable ChosenEdit chosen) {
    if (chosen == null) {
      return "";
    }
    return """

    <figure><img src="%s" alt="sheet after the default edit"><figcaption>After <code>cadj edit --method %s</code>: a factor for
    each weight of cross-attention's keys and values, found so that the concept's prompts draw a neighbour and all
    others draw what they did. It was chosen on this model; <code>cadj evaluate</code> measures it beside the rest.</figcaption></figure>\
    """
        .formatted(picture(folder, slug + "-chosen.png", chosen.sheet()), escape(chosen.method()));
  }

  private static String picture(Path folder, String name, BufferedImage image) {
    PngFile.write(folder.resolve(name), image, Map.of());
    return name;
  }

  private static void table(StringBuilder html, Study study) {
    Measurement first = study.measurements().getFirst();
    html.append(
        "<table><tr><th>zeroed of each row</th><th>weights</th><th>“%s” before</th><th>after</th><th>other %s before</th><th>after</th><th>%s before</th><th>after</th></tr>%n"
            .formatted(
                escape(study.concept().name()),
                plural(study.concept().kind()),
                plural(study.concept().kind().other())));
    for (RatioSummary row : RatioSummary.of(study)) {
      html.append(
          "<tr><td>%s</td><td>%,d</td><td>%s</td><td><b>%s</b></td><td>%s</td><td><b>%s</b></td><td>%s</td><td>%s</td></tr>%n"
              .formatted(
                  percent(row.ratio()),
                  row.zeroed(),
                  percent(first.targetBefore()),
                  span(row.target()),
                  percent(first.othersBefore()),
                  span(row.others()),
                  percent(first.besidesBefore()),
                  span(row.besides())));
    }
    ChosenEdit chosen = study.chosen();
    if (chosen != null) {
      Measurement its = chosen.measurement();
      html.append(
          "<tr><td>instead: %s</td><td>%,d changed</td><td>%s</td><td><b>%s</b></td><td>%s</td><td><b>%s</b></td><td>%s</td><td>%s</td></tr>%n"
              .formatted(
                  escape(chosen.method()),
                  its.zeroed(),
                  percent(its.targetBefore()),
                  percent(its.targetAfter()),
                  percent(its.othersBefore()),
                  percent(its.othersAfter()),
                  percent(its.besidesBefore()),
                  percent(its.besidesAfter())));
    }
    html.append("</table><p class=\"small\">Spans are over the attribution's noise seeds.</p>\n");
  }

  private static String plural(Concept.Kind kind) {
    return switch (kind) {
      case OBJECT -> "objects";
      case STYLE -> "styles";
    };
  }

  private static String span(RatioSummary.Span span) {
    String low = "%.0f".formatted(100 * span.low());
    String high = "%.0f".formatted(100 * span.high());
    return low.equals(high) ? low + " %" : low + "–" + high + " %";
  }

  private static String percent(double share) {
    return "%.0f %%".formatted(100 * share);
  }
}
