package cadj.cad.profile.page;

import java.util.Locale;

/// Rates and shares with three digits; empty for what is not known or nothing.
final class Rate {
  private Rate() {}

  /// In 10⁹ per second.
  static String giga(double perSecond) {
    if (perSecond == 0) {
      return "";
    }
    double value = perSecond / 1e9;
    String digits =
        value >= 99.95 ? "%.0f" : value >= 9.995 ? "%.1f" : value >= 0.0995 ? "%.2f" : "%.1g";
    return String.format(Locale.ROOT, digits, value);
  }
}
