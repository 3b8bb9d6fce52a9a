package cadj.cad.evaluate.report;

import cadj.cad.statistics.Interval;
import java.util.Locale;

/// Numbers as the page's tables show them.
final class Numbers {
  private Numbers() {}

  /// Three digits or so; "–" for what is unknown.
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    double size = Math.abs(value);
    String format = size >= 1000 ? "%,.0f" : size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, size > 0 && size < 0.01 ? "%.1e" : format, value)
        .replace("-", "−");
  }

  /// Its ends, in small print.
  static String text(Interval interval) {
    return interval.isKnown()
        ? " <small>[%s, %s]</small>".formatted(text(interval.low()), text(interval.high()))
        : "";
  }

  static String p(double p) {
    return p < 0.001 ? "&lt; 0.001" : String.format(Locale.ROOT, "%.3f", p);
  }
}
