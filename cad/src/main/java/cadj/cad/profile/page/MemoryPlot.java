package cadj.cad.profile.page;

import cadj.cad.profile.Quantity;
import java.util.Locale;

/// Bytes of tensors over time, as SVG, with the peak marked.
///
/// @param live of all tensors
/// @param kept of what tapes keep for the backward pass, part of these
/// @param nanos how long the run took
record MemoryPlot(MemoryCurve live, MemoryCurve kept, long nanos) {
  /// Parts of the time axis.
  static final int PARTS = 800;

  private static final int HEIGHT = 220;
  private static final int LEFT = 72;
  private static final int TOP = 22;
  private static final int BELOW = 24;
  private static final int WIDTH = LEFT + PARTS + 28;
  private static final int TICKS = 6;

  String svg() {
    StringBuilder out = new StringBuilder();
    out.append(
        format(
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Memory over time\">\n",
            WIDTH, HEIGHT));
    double step = step((double) live.peak());
    for (double bytes = 0; bytes <= live.peak(); bytes += step) {
      out.append(
          format(
              "<path class=\"grid\" d=\"M%d %.1f H%d\"/><text x=\"%d\" y=\"%.1f\""
                  + " text-anchor=\"end\">%s</text>\n",
              LEFT, y(bytes), LEFT + PARTS, LEFT - 6, y(bytes) + 4, Quantity.bytes(bytes)));
    }
    step = step((double) nanos);
    for (double at = 0; at <= nanos; at += step) {
      out.append(
          format(
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
              x(at), HEIGHT - 6, Quantity.time(at)));
    }
    out.append(area("live", live));
    if (kept.peak() > 0) {
      out.append(area("kept", kept));
    }
    double at = x((double) live.peakNanos());
    out.append(
        format(
            "<path class=\"peak\" d=\"M%.1f %d V%d\"/><circle class=\"peak\" cx=\"%.1f\""
                + " cy=\"%.1f\" r=\"4\"/>\n",
            at, TOP, HEIGHT - BELOW, at, y((double) live.peak())));
    out.append(
        format(
            "<text class=\"name\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">peak %s at %s</text>\n",
            at,
            TOP - 8,
            at < LEFT + PARTS / 8.0 ? "start" : at > LEFT + PARTS * 7 / 8.0 ? "end" : "middle",
            Quantity.bytes(live.peak()),
            Quantity.time(live.peakNanos())));
    return out.append("</svg>\n").toString();
  }

  private String area(String style, MemoryCurve curve) {
    StringBuilder path = new StringBuilder(format("M%d %d", LEFT, HEIGHT - BELOW));
    for (int i = 0; i < PARTS; i++) {
      path.append(format(" L%d %.1f H%d", LEFT + i, y((double) curve.most()[i]), LEFT + i + 1));
    }
    return format("<path class=\"%s\" d=\"%s V%d Z\"/>\n", style, path.toString(), HEIGHT - BELOW);
  }

  /// 1, 2 or 5 times a power of ten, such that there are some ticks up to `most`.
  private static double step(double most) {
    double rough = Math.max(most, 1) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double factor = rough / power;
    return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
  }

  private double x(double at) {
    return LEFT + PARTS * at / Math.max(1, nanos);
  }

  private double y(double bytes) {
    return HEIGHT - BELOW - bytes / Math.max(1, live.peak()) * (HEIGHT - BELOW - TOP);
  }

  private static String format(String text, Object... args) {
    return String.format(Locale.ROOT, text, args);
  }
}
