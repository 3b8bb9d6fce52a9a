package cadj.cad.heatmap;

import static cadj.cad.chart.Html.escape;

import cadj.cad.chart.ParameterLabel;
import cadj.cad.heatmap.HeatMaps.StepHeat;
import cadj.cad.picture.PngFile;
import cadj.models.prompt.PromptWords.Phrase;
import cadj.tensor.file.AtomicFile;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// The picture, all words' heat maps, and their parts by layer and step where these were asked for:
/// a web page that needs no other file.
public final class HeatMapPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --paper: #fff; --ink: #222; --dim: #666; --rule: #ddd }
      @media (prefers-color-scheme: dark) { :root { --paper: #17181a; --ink: #ddd; --dim: #9a9ea3; --rule: #34373b } }
      body { font: 16px/1.5 system-ui, sans-serif; background: var(--paper); color: var(--ink); max-width: 1320px; margin: 2em auto; padding: 0 1em }
      h1 { font-size: 1.6em } h2 { margin-top: 1.8em }
      .row { display: flex; flex-wrap: wrap; gap: 1.2em } figure { margin: 0 } figcaption { max-width: 256px }
      .row img { width: 256px; display: block } .row .pixels { image-rendering: pixelated } .small, figcaption span { color: var(--dim); font-size: .85em }
      .wide { overflow-x: auto } table { border-collapse: collapse } td { padding: 2px } td img { width: 84px; display: block; image-rendering: pixelated }
      th { font-weight: normal; font-size: .85em; text-align: left; padding: .2em .8em .2em 0 } thead th { font-weight: 600; padding: .2em 2px }
      .scale { display: inline-block; width: 220px; height: 12px; vertical-align: middle }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: .1em 1em; font-size: .9em } dt { color: var(--dim) } dd { margin: 0; overflow-wrap: anywhere }
      """;

  private final WordPictures words;
  private final HeatMaps maps;
  private final boolean ownScale;

  private HeatMapPage(WordPictures words, boolean ownScale) {
    this.words = words;
    this.maps = words.maps();
    this.ownScale = ownScale;
  }

  /// Writes the page, in one move.
  ///
  /// @param text how the picture was drawn, `prompt` among it
  /// @param version of the program, for the last line
  public static void write(
      Path file,
      BufferedImage picture,
      WordPictures words,
      boolean ownScale,
      boolean perLayer,
      Map<String, String> text,
      String version) {
    String html = new HeatMapPage(words, ownScale).html(picture, perLayer, text, version);
    AtomicFile.write(file, fresh -> Files.writeString(fresh, html));
  }

  private String html(
      BufferedImage picture, boolean perLayer, Map<String, String> text, String version) {
    StringBuilder html = new StringBuilder();
    String prompt = escape(text.getOrDefault("prompt", ""));
    html.append(
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>%s</title>
        <style>
        %s</style>
        <h1>“%s”: where each word acts</h1>
        <p>The lighter, the more of their attention pixels give to the word: the mean probability over the heads of %d
        attentions to the text and %d of the denoiser's calls, the words' tokens averaged. The rest of a
        pixel's attention goes to the start token, the end token and the padding behind it, and in Stable Diffusion 3
        to the pixels. %s</p>
        <p class="small">black 0 <span class="scale" style="background: linear-gradient(90deg%s)"></span> %s</p>
        <div class="row">
        <figure><img%s src="%s" alt="the picture"><figcaption>The picture</figcaption></figure>
        """
            .formatted(
                prompt,
                STYLE,
                prompt,
                maps.layers().size(),
                maps.calls().size(),
                ownScale
                    ? "Each word has a scale of its own."
                    : "All words have one scale, so that they can be compared.",
                stops(),
                ownScale ? "the word's largest" : percent(maps.largest()),
                Overlay.scale(picture) > 1 ? " class=\"pixels\"" : "",
                data(picture)));
    for (int word = 0; word < maps.words().size(); word++) {
      figure(html, word);
    }
    html.append("</div>\n");
    if (perLayer) {
      layers(html);
    }
    if (!maps.steps().isEmpty()) {
      steps(html);
    }
    html.append("<h2>How it was drawn</h2>\n<dl>\n");
    text.forEach(
        (key, value) ->
            html.append("<dt>%s</dt><dd>%s</dd>%n".formatted(escape(key), escape(value))));
    return html.append(
            "</dl>\n<p class=\"small\">Made by cadj %s.</p></html>\n".formatted(escape(version)))
        .toString();
  }

  private void figure(StringBuilder html, int word) {
    Phrase phrase = maps.words().get(word);
    WordFigures figures = WordFigures.of(maps, word);
    html.append(
        "<figure><img src=\"%s\" alt=\"heat map of %s\"><figcaption><b>%s</b><br><span>mean %s, at most %s; %s</span></figcaption></figure>%n"
            .formatted(
                data(words.images().get(word)),
                escape(phrase.text()),
                escape(phrase.text()),
                percent(figures.mean()),
                percent(figures.largest()),
                places(phrase.places())));
  }

  private static String places(List<Integer> places) {
    return "%s %s"
        .formatted(
            places.size() == 1 ? "token" : "tokens",
            String.join(", ", places.stream().map(String::valueOf).toList()));
  }

  private void layers(StringBuilder html) {
    html.append(
        "<h2>By layer</h2>%n<p class=\"small\">Each layer at its own size; %s.</p>%n"
            .formatted(
                ownScale
                    ? "each map has a scale of its own"
                    : "colours end at the layer's largest value of any word"));
    head(html, "layer");
    for (int layer = 0; layer < maps.layers().size(); layer++) {
      LayerHeat its = maps.layers().get(layer);
      double[][] rows = new double[maps.words().size()][];
      for (int word = 0; word < rows.length; word++) {
        rows[word] = maps.ofLayer(layer, word);
      }
      html.append(
          "<tr><th title=\"%s\">%s<br><span class=\"small\">%d×%d, %d heads, to %s</span></th>"
              .formatted(
                  escape(its.key()),
                  escape(ParameterLabel.of(its.key()).toString()),
                  its.width(),
                  its.height(),
                  its.heads(),
                  percent(largest(rows))));
      cells(html, rows, its.height(), its.width(), largest(rows));
    }
    html.append("</table></div>\n");
  }

  private void steps(StringBuilder html) {
    html.append(
        "<h2>By step</h2>%n<p class=\"small\">Calls of the denoiser, noisiest first, all layers; %s.</p>%n"
            .formatted(
                ownScale ? "each map has a scale of its own" : "one scale for the whole table"));
    double most = 0;
    for (StepHeat step : maps.steps()) {
      most = Math.max(most, largest(step.maps()));
    }
    head(html, "step");
    for (StepHeat step : maps.steps()) {
      html.append(
          "<tr><th>%d<br><span class=\"small\">t = %.0f, to %s</span></th>"
              .formatted(step.call(), step.timestep(), percent(largest(step.maps()))));
      cells(html, step.maps(), maps.height(), maps.width(), most);
    }
    html.append("</table></div>\n");
  }

  private void head(StringBuilder html, String rows) {
    html.append("<div class=\"wide\"><table><thead><tr><th>").append(rows).append("</th>");
    maps.words().forEach(word -> html.append("<th>").append(escape(word.text())).append("</th>"));
    html.append("</tr></thead>\n");
  }

  private void cells(StringBuilder html, double[][] rows, int height, int width, double most) {
    for (int word = 0; word < rows.length; word++) {
      double its = ownScale ? largest(new double[][] {rows[word]}) : most;
      html.append(
          "<td><img src=\"%s\" alt=\"%s\"></td>"
              .formatted(
                  data(Overlay.alone(rows[word], height, width, its)),
                  escape(maps.words().get(word).text())));
    }
    html.append("</tr>\n");
  }

  private static double largest(double[][] maps) {
    return Arrays.stream(maps).flatMapToDouble(Arrays::stream).max().orElse(0);
  }

  private static String data(BufferedImage image) {
    return "data:image/png;base64,"
        + Base64.getEncoder().encodeToString(PngFile.encode(image, Map.of()));
  }

  /// The colours, for a gradient.
  private static String stops() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i <= 12; i++) {
      out.append(", #%06x".formatted(HeatColours.of(i / 12.0)));
    }
    return out.toString();
  }

  private static String percent(double share) {
    return share >= 0.01 ? "%.1f %%".formatted(100 * share) : "%.2g %%".formatted(100 * share);
  }
}
