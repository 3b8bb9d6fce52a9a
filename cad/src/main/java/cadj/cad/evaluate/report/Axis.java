package cadj.cad.evaluate.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An axis with round ticks.
record Axis(String title, double low, double high) {
  private static final int TICKS = 5;

  /// From the smallest to the largest value, with a little room on both sides.
  static Axis over(String title, double... values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (Double.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (low > high) {
      return new Axis(title, 0, 1);
    }
    double room = high > low ? 0.06 * (high - low) : Math.max(1e-6, 0.1 * Math.abs(high));
    return new Axis(title, low - room, high + room);
  }

  /// Where a value stands, from 0 to 1.
  double share(double value) {
    return (value - low) / (high - low);
  }

  /// Multiples of 1, 2 or 5 times a power of ten.
  double step() {
    double rough = (high - low) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= rough) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  List<Double> ticks() {
    double step = step();
    List<Double> out = new ArrayList<>();
    for (double k = Math.ceil(low / step); k * step <= high; k++) {
      out.add(k * step + 0.0); // never −0
    }
    return out;
  }

  /// A tick as text, with as many digits as the step needs.
  String text(double tick) {
    double step = step();
    if (Math.abs(tick) >= 1e5 || step < 1e-4) {
      return String.format(Locale.ROOT, "%.2g", tick);
    }
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%." + digits + "f", Math.abs(tick) < step / 2 ? 0 : tick);
  }
}
