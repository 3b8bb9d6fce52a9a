package cadj.cad.trace;

import java.util.Locale;

/// Numbers for people.
final class TraceNumbers {
  private TraceNumbers() {}

  /// An effect in a cell: `0.42`, `-3.10`, `40.2`, `120`.
  static String shortly(double value) {
    double size = Math.abs(value);
    String form = size >= 99.5 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f";
    String text = String.format(Locale.ROOT, form, value);
    return text.equals("-0.00") ? "0.00" : text;
  }

  /// A sum of scores in a cell, of whatever size: `109`, `-3.1`, `2e-05`.
  static String sum(double value) {
    double size = Math.abs(value);
    String form = size >= 99.5 ? "%.0f" : size >= 0.05 || size == 0 ? "%.1f" : "%.0e";
    return size >= 1e5
        ? String.format(Locale.ROOT, "%.0e", value)
        : String.format(Locale.ROOT, form, value);
  }

  /// `0.42 (0.31 to 0.55)`, the interval where there is one.
  static String withInterval(Effect effect) {
    String mean = String.format(Locale.ROOT, "%.3f", effect.mean());
    return effect.interval().isKnown()
        ? String.format(
            Locale.ROOT,
            "%s (%.3f to %.3f)",
            mean,
            effect.interval().low(),
            effect.interval().high())
        : mean;
  }

  /// A correlation, or a dash.
  static String correlation(double rho) {
    return Double.isNaN(rho) ? "–" : String.format(Locale.ROOT, "%+.2f", rho);
  }

  /// A number that somebody chose: `10`, `2.5`.
  static String chosen(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
