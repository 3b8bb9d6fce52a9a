package cadj.cad.evaluate.report;

import static cadj.cad.chart.Html.escape;

import java.util.List;
import java.util.Locale;

/// A plot as SVG, for a page: axes, points, lines. What lies outside of its axes is cut off.
final class Plot {
  private static final int LEFT = 56;
  private static final int TOP = 10;
  private static final int BELOW = 44;
  private static final int RIGHT = 12;

  private static final List<String> COLORS =
      List.of(
          "#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#e377c2", "#17becf",
          "#7f7f7f", "#bcbd22");

  private final int width;
  private final int height;
  private final Axis x;
  private final Axis y;
  private final StringBuilder marks = new StringBuilder();

  Plot(int width, int height, Axis x, Axis y) {
    this.width = width;
    this.height = height;
    this.x = x;
    this.y = y;
  }

  /// The colour of series `i`.
  static String color(int i) {
    return COLORS.get(i % COLORS.size());
  }

  /// A dot, its title shown under the pointer.
  Plot dot(double atX, double atY, String color, double radius, String title) {
    marks.append(
        format(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\""
                + " fill-opacity=\".75\"><title>%s</title></circle>\n",
            px(atX), py(atY), radius, color, escape(title)));
    return this;
  }

  /// Text to the right of a point.
  Plot label(double atX, double atY, String text) {
    marks.append(
        format("<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", px(atX) + 6, py(atY) - 5, escape(text)));
    return this;
  }

  /// Through the points in their order.
  ///
  /// @param dashes such as "4 3"; empty for a whole line
  Plot line(List<double[]> points, String color, String dashes) {
    StringBuilder path = new StringBuilder();
    for (double[] point : points) {
      path.append(format("%s%.1f %.1f", path.isEmpty() ? "M" : " L", px(point[0]), py(point[1])));
    }
    marks.append(
        format(
            "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\""
                + " stroke-dasharray=\"%s\"/>\n",
            path, color, dashes.isEmpty() ? "none" : dashes));
    return this;
  }

  /// An interval as a thin line.
  Plot whisker(double fromX, double fromY, double toX, double toY, String color) {
    marks.append(
        format(
            "<path d=\"M%.1f %.1f L%.1f %.1f\" stroke=\"%s\" stroke-opacity=\".45\"/>\n",
            px(fromX), py(fromY), px(toX), py(toY), color));
    return this;
  }

  String svg() {
    StringBuilder out = new StringBuilder();
    int right = width - RIGHT;
    int bottom = height - BELOW;
    out.append(
        format(
            "<svg class=\"plot\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n",
            width, height, width, height));
    for (double tick : x.ticks()) {
      out.append(
          format(
              "<path d=\"M%.1f %d V%d\" stroke=\"#e4e4e4\"/><text x=\"%.1f\" y=\"%d\""
                  + " text-anchor=\"middle\">%s</text>\n",
              px(tick), TOP, bottom, px(tick), bottom + 15, x.text(tick)));
    }
    for (double tick : y.ticks()) {
      out.append(
          format(
              "<path d=\"M%d %.1f H%d\" stroke=\"#e4e4e4\"/><text x=\"%d\" y=\"%.1f\""
                  + " text-anchor=\"end\">%s</text>\n",
              LEFT, py(tick), right, LEFT - 5, py(tick) + 4, y.text(tick)));
    }
    out.append(
        format(
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#888\"/>\n",
            LEFT, TOP, right - LEFT, bottom - TOP));
    out.append(
        format(
            """
            <svg x="%d" y="%d" width="%d" height="%d" viewBox="%d %d %d %d">
            %s</svg>
            """,
            LEFT, TOP, right - LEFT, bottom - TOP, LEFT, TOP, right - LEFT, bottom - TOP, marks));
    out.append(
        format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
            (LEFT + right) / 2, height - 8, escape(x.title())));
    out.append(
        format(
            "<text transform=\"translate(13 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>\n",
            (TOP + bottom) / 2, escape(y.title())));
    return out.append("</svg>\n").toString();
  }

  private double px(double value) {
    return LEFT + near(x.share(value)) * (width - RIGHT - LEFT);
  }

  private double py(double value) {
    return height - BELOW - near(y.share(value)) * (height - BELOW - TOP);
  }

  /// Far outside is as good as a little outside, and no trouble for browsers.
  private static double near(double share) {
    return Math.clamp(share, -1e3, 1e3);
  }

  private static String format(String text, Object... args) {
    return String.format(Locale.ROOT, text, args);
  }
}
