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
    return String.format(Locale.ROOT, format(size), value).replace("-", "−");
  }

  private static String format(double size) {
    if (size >= 100) {
      return "%,.0f";
    }
    if (size >= 10) {
      return "%.1f";
    }
    if (size >= 0.01 || size == 0) {
      return "%.2f";
    }
    return size >= 0.001 ? "%.3f" : "%.1e";
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
