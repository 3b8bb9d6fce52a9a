package cadj.cad.graph.tape;

import static cadj.cad.chart.Html.escape;

import cadj.cad.graph.Pixels;
import cadj.cad.graph.Preview;
import cadj.cad.graph.tape.LayeredLayout.Placed;
import cadj.cad.graph.tape.LayeredLayout.Point;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A tape's graph as SVG: a box per operation with its shape, its values above and J's gradient by
/// them below: numbers where they are few, else tiles (red positive, blue negative).
public final class TapeSvg {
  private static final double WIDTH = 232;
  private static final double TITLE = 36;
  private static final double ROW = 15;
  private static final double TILE = 40;
  private static final int MOST_NUMBERS = 12;
  private static final int NUMBERS_PER_ROW = 4;
  private static final int LONGEST = 30;
  private static final int LONGEST_SMALL = 38;
  private static final double LEAST = 1e-3;

  private final StringBuilder svg = new StringBuilder();
  private final String within;

  private TapeSvg(String within) {
    this.within = within;
  }

  /// @param within key of the module that is drawn, which names then leave out; empty for none
  public static String of(List<TapeNode> nodes, String within) {
    List<List<Integer>> edges =
        nodes.stream().map(node -> node.inputs().stream().distinct().toList()).toList();
    List<double[]> sizes = nodes.stream().map(node -> new double[] {WIDTH, height(node)}).toList();
    Placed placed = LayeredLayout.of(edges, sizes);
    TapeSvg drawing = new TapeSvg(within);
    drawing.head(placed);
    placed.edges().forEach(ways -> ways.forEach(drawing::edge));
    for (int i = 0; i < nodes.size(); i++) {
      drawing.box(nodes.get(i), placed.boxes().get(i));
    }
    return drawing.svg.append("</svg>\n").toString();
  }

  private static boolean isSmall(TapeNode node) {
    Shape shape = node.shape();
    return shape.elements() <= MOST_NUMBERS && (shape.rank() <= 2 || shape.dim(0) == 1);
  }

  private static int rows(TapeNode node) {
    return Math.ceilDiv(Math.max(1, node.shape().elements()), perRow(node.shape()));
  }

  /// Numbers in a row: those of the last dimension, where that makes a matrix that fits.
  private static int perRow(Shape shape) {
    int last = shape.rank() < 2 ? 1 : shape.dim(shape.rank() - 1);
    boolean fits =
        last > 1 && last <= NUMBERS_PER_ROW && shape.elements() <= NUMBERS_PER_ROW * last;
    return fits ? last : NUMBERS_PER_ROW;
  }

  private static double height(TapeNode node) {
    int arrays = node.gradient() == null ? 1 : 2;
    return TITLE + (isSmall(node) ? arrays * (rows(node) * ROW + 4) : TILE + ROW + 6);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  private void head(Placed placed) {
    add(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$.0f" height="%2$.0f" viewBox="0 0 %1$.0f %2$.0f">
        <style>
        text { font: 12px system-ui, sans-serif; fill: #222 } .name { font-weight: 600 } .dim { fill: #666; font-size: 11px }
        .value { font: 11px ui-monospace, monospace } .gradient { font: 11px ui-monospace, monospace; fill: #8250df }
        path { fill: none; stroke: #888; stroke-width: 1.2 } image { image-rendering: pixelated }
        rect { stroke: #999; fill: #fff } .leaf { fill: #eaf3ff } .input { fill: #f3f3f3 } .module { fill: #fff7e0; stroke-width: 1.8 }
        </style>
        <defs><marker id="arrow" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><polygon points="0,1 8,4 0,7" fill="#888"/></marker></defs>
        <rect width="%1$.0f" height="%2$.0f" style="stroke:none"/>
        """,
        placed.width(), placed.height());
  }

  private void edge(List<Point> way) {
    Point before = way.getFirst();
    StringBuilder path =
        new StringBuilder(String.format(Locale.ROOT, "M%.1f,%.1f", before.x(), before.y()));
    for (Point next : way.subList(1, way.size())) {
      double middle = (before.y() + next.y()) / 2;
      path.append(
          String.format(
              Locale.ROOT,
              " C%.1f,%.1f %.1f,%.1f %.1f,%.1f",
              before.x(),
              middle,
              next.x(),
              middle,
              next.x(),
              next.y()));
      before = next;
    }
    add("<path d=\"%s\" marker-end=\"url(#arrow)\"/>%n", path);
  }

  private void box(TapeNode node, Point at) {
    double left = at.x() - WIDTH / 2;
    double top = at.y() - height(node) / 2;
    String type = node.kind().name().toLowerCase(Locale.ROOT);
    add("<g><title>%s</title>%n", escape(title(node)));
    add(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.0f\" height=\"%.1f\" rx=\"5\"/>%n",
        type, left, top, WIDTH, height(node));
    text("name", left + 8, top + 15, shortened(node.shortName(within), LONGEST));
    text("dim", left + 8, top + 29, shortened(node.shape() + where(node), LONGEST_SMALL));
    if (isSmall(node)) {
      numbers("value", node.value(), left, top + TITLE + 10);
      if (node.gradient() != null) {
        numbers("gradient", node.gradient(), left, top + TITLE + 14 + rows(node) * ROW);
      }
    } else {
      tile("value", "", node.value(), left + 8, top + TITLE + 2);
      tile("gradient", "∂ ", node.gradient(), left + WIDTH / 2 + 4, top + TITLE + 2);
    }
    add("</g>%n");
  }

  /// How many operations, or in which module.
  private String where(TapeNode node) {
    return switch (node.kind()) {
      case LEAF, INPUT -> "";
      case OPERATION -> "  " + TapeNode.below(node.module(), within);
      case MODULE -> node.operations() == 1 ? "" : "  %d operations".formatted(node.operations());
    };
  }

  private static String title(TapeNode node) {
    String gradient =
        node.gradient() == null ? "" : "\ngradient: " + node.gradient().statistics().words();
    return "%s\n%s\n%s%s"
        .formatted(node.name(), node.module(), node.value().statistics().words(), gradient);
  }

  private void text(String type, double x, double y, String words) {
    add("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n", type, x, y, escape(words));
  }

  /// A key keeps its end.
  private static String shortened(String name, int longest) {
    return name.length() <= longest ? name : "…" + name.substring(name.length() - longest + 1);
  }

  private void numbers(String type, Preview preview, double left, double top) {
    int perRow = perRow(preview.shape());
    int at = 0;
    for (float[] cells : preview.tile()) {
      for (float cell : cells) {
        int row = at / perRow;
        double x = left + 8 + at % perRow * (WIDTH - 12) / NUMBERS_PER_ROW;
        text(type, x, top + row * ROW, number(cell));
        at++;
      }
    }
  }

  /// In at most eight characters.
  private static String number(float value) {
    boolean isTiny = value != 0 && Math.abs(value) < LEAST;
    return String.format(Locale.ROOT, isTiny ? "%.0e" : "%.3g", value);
  }

  private void tile(String type, String mark, @Nullable Preview preview, double left, double top) {
    if (preview == null) {
      return;
    }
    double width = WIDTH / 2 - 12;
    double most = preview.statistics().absMax();
    add(
        "<image x=\"%.1f\" y=\"%.1f\" width=\"%.0f\" height=\"%.0f\" preserveAspectRatio=\"none\""
            + " href=\"%s\"/>%n",
        left, top, width, TILE, Pixels.source(preview.tile(), most));
    text(type, left, top + TILE + 12, "%s≤ %.3g".formatted(mark, most));
  }
}
