package cadj.cad.profile.page;

import static cadj.cad.chart.Html.escape;

import java.awt.geom.Rectangle2D;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The roofline of Williams, Waterman and Patterson 2009, as SVG: what operations reached, by how
/// many operations they do per byte, under what the machine can do at the most.
///
/// ```
/// roof(x) = min(peak, bandwidth·x)    x in FLOP/byte, both axes logarithmic
/// ```
///
/// @param peak GFLOP/s
/// @param bandwidth GB/s
record RooflinePlot(double peak, double bandwidth) {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 420;
  private static final int LEFT = 62;
  private static final int TOP = 14;
  private static final int RIGHT = 16;
  private static final int BELOW = 46;

  /// So many are named in the plot, those with the most time; the others when pointed at.
  private static final int NAMED = 10;

  /// Height of a letter in pixels.
  private static final double LETTER = 12;

  private static final double LARGEST_RADIUS = 22;
  private static final double SMALLEST_RADIUS = 2.5;

  /// An operation in one pass.
  ///
  /// @param flops of all its calls
  /// @param bytes of all its calls
  /// @param nanos of all its calls
  /// @param share of the time that all points stand for, 0 to 1
  record Point(
      String name, boolean backward, double flops, double bytes, double nanos, double share) {
    /// Whether it has a place on logarithmic axes.
    boolean isPlaced() {
      return flops > 0 && bytes > 0 && nanos > 0;
    }

    double intensity() {
      return flops / bytes;
    }

    /// GFLOP/s.
    double rate() {
      return flops / nanos;
    }
  }

  double roof(double intensity) {
    return Math.min(peak, bandwidth * intensity);
  }

  /// The plot of those points that have a place.
  String svg(List<Point> points) {
    List<Point> placed =
        points.stream()
            .filter(Point::isPlaced)
            .sorted(Comparator.comparingDouble(Point::share).reversed())
            .toList();
    double ridge = peak / bandwidth;
    LogAxis x =
        LogAxis.over(
            LEFT,
            WIDTH - RIGHT,
            Math.min(ridge / 10, placed.stream().mapToDouble(Point::intensity).min().orElse(ridge)),
            Math.max(
                ridge * 10, placed.stream().mapToDouble(Point::intensity).max().orElse(ridge)));
    LogAxis y =
        LogAxis.over(
            HEIGHT - BELOW,
            TOP,
            Math.min(roof(x.low()), placed.stream().mapToDouble(Point::rate).min().orElse(peak)),
            Math.max(peak, placed.stream().mapToDouble(Point::rate).max().orElse(peak)) * 1.3);
    StringBuilder out = new StringBuilder();
    out.append(
        format(
            "<svg class=\"roofline\" viewBox=\"0 0 %d %d\" role=\"img\""
                + " aria-label=\"Roofline\">\n",
            WIDTH, HEIGHT));
    axes(out, x, y);
    out.append(
        format(
            "<path class=\"roof\" d=\"M%.1f %.1f L%.1f %.1f L%.1f %.1f\"/>\n",
            x.at(x.low()),
            y.at(roof(x.low())),
            x.at(ridge),
            y.at(peak),
            x.at(x.high()),
            y.at(peak)));
    out.append(
        format(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.0f GFLOP/s</text>\n",
            x.at(x.high()) - 6, y.at(peak) - 6, peak));
    out.append(
        format(
            "<text x=\"%.1f\" y=\"%.1f\">%.1f GB/s</text>\n",
            x.at(ridge / 6) - 60, y.at(roof(ridge / 6)) - 8, bandwidth));
    // the largest first, so that smaller ones lie over them
    for (Point point : placed) {
      dot(out, x, y, point);
    }
    names(out, x, y, placed);
    return out.append("</svg>\n").toString();
  }

  /// Beside their points, where there is room beside the names before.
  private static void names(StringBuilder out, LogAxis x, LogAxis y, List<Point> placed) {
    List<Rectangle2D> taken = new ArrayList<>();
    for (Point point : placed) {
      String name = point.name();
      double left = x.at(point.intensity()) + radius(point) + 3;
      double base = y.at(point.rate()) + 4;
      Rectangle2D box =
          new Rectangle2D.Double(left, base - LETTER, LETTER * 0.6 * name.length(), LETTER);
      if (taken.size() < NAMED && taken.stream().noneMatch(box::intersects)) {
        taken.add(box);
        out.append(
            format(
                "<text class=\"name\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
                left, base, escape(name)));
      }
    }
  }

  private void dot(StringBuilder out, LogAxis x, LogAxis y, Point point) {
    out.append(
        format(
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>%s: %.1f %% of the"
                + " time, %.3g FLOP/byte, %.3g GFLOP/s, %.1f %% of what the machine can do at"
                + " that</title></circle>\n",
            point.backward() ? "backward" : "forward",
            x.at(point.intensity()),
            y.at(point.rate()),
            radius(point),
            escape(point.name()),
            100 * point.share(),
            point.intensity(),
            point.rate(),
            100 * point.rate() / roof(point.intensity())));
  }

  /// The area is in proportion to the time.
  private static double radius(Point point) {
    return Math.max(SMALLEST_RADIUS, LARGEST_RADIUS * Math.sqrt(point.share()));
  }

  private static void axes(StringBuilder out, LogAxis x, LogAxis y) {
    for (double tick : x.powers()) {
      out.append(
          format(
              "<path class=\"grid\" d=\"M%.1f %d V%d\"/><text x=\"%.1f\" y=\"%d\""
                  + " text-anchor=\"middle\">%s</text>\n",
              x.at(tick), TOP, HEIGHT - BELOW, x.at(tick), HEIGHT - BELOW + 16, number(tick)));
    }
    for (double tick : y.powers()) {
      out.append(
          format(
              "<path class=\"grid\" d=\"M%d %.1f H%d\"/><text x=\"%d\" y=\"%.1f\""
                  + " text-anchor=\"end\">%s</text>\n",
              LEFT, y.at(tick), WIDTH - RIGHT, LEFT - 6, y.at(tick) + 4, number(tick)));
    }
    out.append(
        format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">FLOP per byte</text>\n"
                + "<text transform=\"translate(14 %d) rotate(-90)\""
                + " text-anchor=\"middle\">GFLOP/s</text>\n",
            (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, (TOP + HEIGHT - BELOW) / 2));
  }

  private static String number(double power) {
    return BigDecimal.valueOf(power).stripTrailingZeros().toPlainString();
  }

  private static String format(String text, Object... args) {
    return String.format(Locale.ROOT, text, args);
  }
}
