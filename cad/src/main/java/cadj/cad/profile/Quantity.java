package cadj.cad.profile;

import java.util.Locale;

/// Times and sizes with three digits and the unit that suits them.
public final class Quantity {
  private Quantity() {}

  /// `12.3 MB`; a MB is 10⁶ bytes.
  public static String bytes(double bytes) {
    return scaled(bytes, "B", "kB", "MB", "GB", "TB");
  }

  /// The same.
  public static String bytes(long bytes) {
    return bytes((double) bytes);
  }

  /// The same.
  public static String time(long nanos) {
    return time((double) nanos);
  }

  /// `4.56 ms`.
  public static String time(double nanos) {
    return scaled(nanos, "ns", "µs", "ms", "s");
  }

  /// The first unit, in which `value` is, has no fractions; each is 1000 of the one before.
  private static String scaled(double value, String... units) {
    int unit = 0;
    double rest = value;
    while (rest >= 999.5 && unit < units.length - 1) {
      rest /= 1000;
      unit++;
    }
    String digits = unit == 0 || rest >= 99.95 ? "%.0f %s" : rest >= 9.995 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, digits, rest, units[unit]);
  }
}
