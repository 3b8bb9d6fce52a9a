package cadj.cad.graph;

import static cadj.cad.chart.Html.escape;

import cadj.cad.graph.ModuleTree.Parameter;
import org.jspecify.annotations.Nullable;

/// The modules of a model as a web page that needs no other file: a tree that opens, down to
/// arrays, each with its statistics, a histogram and a tile of its values.
public final class GraphPage {
  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1200px; margin: 2em auto; padding: 0 1em }
      h1 { font-size: 1.6em; margin-bottom: .2em } .small { color: #777; font-size: .85em } .wide { overflow-x: auto }
      details { margin-left: 1.3em } summary { cursor: pointer; white-space: nowrap } .top { margin-left: 0 }
      .type { color: #8250df } .dim { color: #777; font-size: .88em; font-variant-numeric: tabular-nums }
      table { border-collapse: collapse; margin: .2em 0 .7em 1.3em; font-size: .85em }
      td { padding: .15em .9em .15em 0; white-space: nowrap; vertical-align: middle; font-variant-numeric: tabular-nums }
      .hist { width: 100px; height: 32px; border-bottom: 1px solid #999 } .hist rect { fill: #666 }
      .tile { width: 192px; height: 64px; image-rendering: pixelated; border: 1px solid #ddd } .bad { color: #d62728; font-weight: 600 }
      """;

  private final Findings findings;
  private final StringBuilder html = new StringBuilder();

  private GraphPage(Findings findings) {
    this.findings = findings;
  }

  /// @param title the model's name and part
  /// @param words lines about the run
  /// @param depth levels that are shown
  public static String html(
      Findings findings, ModuleTree from, int depth, String title, String words, String version) {
    GraphPage page = new GraphPage(findings);
    page.html.append(
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>%s</title>
        <style>%s</style>
        <h1>%s</h1>
        <p>%s</p>
        <div class="wide">
        """
            .formatted(escape(title), STYLE, escape(title), escape(words)));
    page.module(from, depth, true);
    page.html.append(
        """
        </div>
        <p class="small">Shapes are input → output. Histograms go from −|max| to |max|; heights are square roots. In tiles red is
        positive, blue negative, black not finite; a cell is the value of largest magnitude of the part it stands for. Made by cadj %s.</p></html>
        """
            .formatted(escape(version)));
    return page.html.toString();
  }

  private void module(ModuleTree module, int depth, boolean isTop) {
    String name = isTop ? GraphText.top(findings, module) : module.name();
    html.append(
        "<details%s><summary title=\"%s\"><b>%s</b> <span class=\"type\">%s</span> <span class=\"dim\">%,d weights, %s &nbsp; %s</span></summary>%n"
            .formatted(
                isTop ? " open class=\"top\"" : "",
                escape(module.key()),
                escape(name),
                escape(module.type()),
                module.weights(),
                GraphText.size(module.bytes()),
                escape(GraphText.shapes(findings.input(module), findings.output(module)))));
    arrays(module);
    if (depth > 0) {
      module.children().forEach(child -> module(child, depth - 1, false));
    }
    html.append("</details>\n");
  }

  private void arrays(ModuleTree module) {
    html.append("<table>\n");
    Preview activation = findings.activation(module);
    if (activation != null) {
      array("output", activation.shape().toString(), activation);
    }
    if (!module.children().isEmpty()) {
      GraphText.statistics(findings, module)
          .forEach(
              (kind, it) -> {
                if (!kind.equals("activations")) {
                  html.append(
                      "<tr><td>all %s</td><td></td><td>%s</td></tr>%n".formatted(kind, words(it)));
                }
              });
    }
    for (Parameter parameter : module.parameters()) {
      String shape = parameter.shape() + " " + parameter.dtype();
      array(parameter.shortName(), shape, findings.weights().get(parameter.name()));
      Preview gradient = findings.gradients().get(parameter.name());
      if (gradient != null) {
        array("∂J/∂" + parameter.shortName(), "", gradient);
      }
    }
    html.append("</table>\n");
  }

  private void array(String name, String shape, @Nullable Preview preview) {
    html.append("<tr><td>%s</td><td>%s</td>".formatted(escape(name), escape(shape)));
    if (preview != null) {
      Statistics its = preview.statistics();
      html.append(
          "<td>%s</td><td>%s</td><td><img class=\"tile\" loading=\"lazy\" alt=\"\" src=\"%s\"></td>"
              .formatted(
                  words(its),
                  Pixels.histogram(preview.histogram()),
                  Pixels.source(preview.tile(), its.absMax())));
    }
    html.append("</tr>\n");
  }

  private static String words(Statistics its) {
    String text = escape(its.words());
    return its.nonFinite() == 0 ? text : "<span class=\"bad\">" + text + "</span>";
  }
}
