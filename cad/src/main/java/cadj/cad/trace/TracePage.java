package cadj.cad.trace;

import static cadj.cad.chart.Html.escape;

import cadj.cad.statistics.Sample;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A trace as a web page, its pictures beside it.
final class TracePage {
  private static final String STYLE =
      """
      body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 1500px; margin: 2em auto; padding: 0 1em }
      h1 { font-size: 1.7em } h2 { margin-top: 1.8em } p { max-width: 60em }
      table { border-collapse: collapse } td, th { padding: .15em .8em .15em 0; text-align: left; vertical-align: middle }
      .wide { overflow-x: auto } .small { color: #777; font-size: .85em } figure { display: inline-block; margin: 0 1em 0 0 } figure img { height: 72px; image-rendering: pixelated }
      """
          + TraceTable.STYLE;

  private static final int MOST_NEGATIVE = 5;

  private final TraceResult trace;
  private final @Nullable TraceScores scores;
  private final StringBuilder html = new StringBuilder();

  private TracePage(TraceResult trace, @Nullable TraceScores scores) {
    this.trace = trace;
    this.scores = scores == null || scores.isEmpty() ? null : scores;
  }

  /// @param scores null where there are none
  /// @param scoresFrom where the scores are from, for people
  static String html(
      TraceResult trace, @Nullable TraceScores scores, String scoresFrom, String version) {
    return new TracePage(trace, scores).whole(scoresFrom, version);
  }

  private String whole(String scoresFrom, String version) {
    String title = "Tracing “%s”".formatted(escape(trace.settings().concept()));
    html.append(
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>%s</title>
        <style>%s</style>
        <h1>%s</h1>
        <p>Which modules of the denoiser, at which steps, carry the concept from the text into the picture? All runs begin
        from the same noise, %d samples of it. Colours: red above zero, blue below, the darker the larger; a frame marks a
        mean whose 95 %% interval (bootstrap over samples) excludes zero; the interval stands under the pointer.</p>
        """
            .formatted(title, STYLE, title, trace.settings().samples()));
    references();
    for (Procedure procedure : trace.procedures()) {
      procedure(procedure);
    }
    if (scores != null) {
      scores(scores, scoresFrom);
    }
    settings();
    return html.append(
            "<p class=\"small\">Made by cadj %s.</p></html>\n".formatted(escape(version)))
        .toString();
  }

  private void references() {
    html.append("<h2>Runs that are not intervened on</h2>\n");
    for (References.Reference reference : References.Reference.values()) {
      String name = reference.name().toLowerCase(Locale.ROOT);
      StringBuilder means = new StringBuilder();
      trace
          .pictures(reference)
          .forEach(
              (measure, values) ->
                  means.append("<br>%s %.3f".formatted(measure.title(), Sample.mean(values))));
      html.append(
          "<figure><img src=\"%s\" alt=\"%s\"><figcaption><b>%s</b>: %s%s</figcaption></figure>%n"
              .formatted(
                  TraceFiles.picture(reference), name, name, escape(text(reference)), means));
    }
  }

  private String text(References.Reference reference) {
    return switch (reference) {
      case CLEAN -> "“%s”".formatted(trace.settings().prompt());
      case CORRUPTED ->
          switch (trace.settings().corruption()) {
            case TokenNoise(String word, double factor) ->
                "noise of %s σ on “%s”".formatted(TraceNumbers.chosen(factor), word);
            case BasePrompt() -> "the base prompt";
          };
      case BASE -> "“%s”".formatted(trace.settings().base());
    };
  }

  private void procedure(Procedure procedure) {
    html.append(
        switch (procedure) {
          case RESTORE ->
              """
              <h2>Restored: what comes back</h2>
              <p>In the corrupted run one module's output is replaced by the clean run's, at all steps or at those of a window.
              Of pictures the effect is what the measure gains over the corrupted run. Of predictions, along the clean run's
              trajectory: how much of what the text adds to the predicted noise is there again (objective), and how much of it
              in its direction (projection); 1 is all of it.</p>
              """;
          case SWAP ->
              """
              <h2>Swapped: what goes</h2>
              <p>In the clean run some consecutive cross-attention layers get the base prompt, the others keep the concept's. Of
              pictures the effect is what the measure loses against the clean run; of predictions what is lost of what the
              concept adds to the predicted noise over the base prompt; 1 is all of it.</p>
              """;
        });
    html.append("<div class=\"wide\">")
        .append(new TraceTable(trace, scores, procedure).html())
        .append("</div>\n");
  }

  private void scores(TraceScores known, String from) {
    html.append(
        """
        <h2>What causal tracing finds, and what it does not</h2>
        <p>An effect of tracing is one number for a module: how much of the concept passes through it. CAD scores every
        weight, so a module has two sums: of the weights that make the concept appear, and of those that hold it back.</p>
        """);
    correlations(known);
    negative(known);
    html.append("<p class=\"small\">Scores: %s.</p>%n".formatted(escape(from)));
  }

  private void correlations(TraceScores known) {
    List<Procedure> ranked = trace.procedures().stream().filter(known::hasRanks).toList();
    if (ranked.isEmpty()) {
      return;
    }
    html.append(
        """
        <p>Rank correlations over the rows say how much of either sum the effects tell.</p>
        <table><tr><th>effects, all steps</th><th>with CAD's positive sums</th><th>with the size of its negative sums</th><th>rows</th></tr>
        """);
    for (Procedure procedure : ranked) {
      for (Measure measure : trace.measures()) {
        html.append(
            "<tr><td>%s, %s</td><td>%s</td><td>%s</td><td>%d</td></tr>%n"
                .formatted(
                    procedure,
                    measure.title(),
                    TraceNumbers.correlation(known.withPositive(procedure, measure)),
                    TraceNumbers.correlation(known.withNegative(procedure, measure)),
                    known.known(procedure).size()));
      }
    }
    html.append("</table>\n");
  }

  /// The modules with the largest negative sums, and what tracing says of them.
  private void negative(TraceScores known) {
    Procedure procedure = trace.procedures().getFirst();
    Measure main = trace.mainMeasure();
    List<TraceRow> rows =
        known.known(procedure).stream()
            .sorted(Comparator.comparingDouble(row -> known.of(row).negative()))
            .limit(MOST_NEGATIVE)
            .toList();
    html.append(
        "<p>The modules that hold most of what works against the concept:</p>%n<table><tr><th>module</th><th>negative sum</th><th>positive sum</th><th>%s, %s</th></tr>%n"
            .formatted(procedure, main.title()));
    for (TraceRow row : rows) {
      html.append(
          "<tr><td>%s</td><td>%.3g</td><td>%.3g</td><td>%s</td></tr>%n"
              .formatted(
                  escape(RowLabel.of(row)),
                  known.of(row).negative(),
                  known.of(row).positive(),
                  TraceNumbers.withInterval(trace.effect(row, main, 0))));
    }
    html.append("</table>\n");
  }

  private void settings() {
    html.append("<h2>Settings</h2>\n<table>\n");
    trace
        .identity()
        .forEach(
            (key, value) ->
                html.append(
                    "<tr><th>%s</th><td>%s</td></tr>%n".formatted(escape(key), escape(value))));
    html.append("</table>\n");
  }
}
