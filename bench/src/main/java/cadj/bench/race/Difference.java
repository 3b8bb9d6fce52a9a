package cadj.bench.race;

import cadj.kernels.device.F32;
import java.util.List;

/// Compares results before anything is timed: fast and wrong is no achievement.
final class Difference {
  /// Winograd's transforms cost about 10⁻⁵.
  static final double TOLERANCE = 1e-4;

  private Difference() {}

  /// The largest difference relative to the largest expected value, over all results; infinite, if
  /// they are of different sizes or not all numbers.
  static double between(List<F32> expected, List<F32> found) {
    if (expected.size() != found.size()) {
      return Double.POSITIVE_INFINITY;
    }
    double worst = 0;
    for (int i = 0; i < expected.size(); i++) {
      worst = Math.max(worst, between(expected.get(i), found.get(i)));
    }
    return worst;
  }

  private static double between(F32 expected, F32 found) {
    if (expected.length() != found.length()) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length(); i++) {
      double e = expected.get(i);
      double d = Math.abs(found.get(i) - e);
      if (!(d < Double.POSITIVE_INFINITY)) {
        return Double.POSITIVE_INFINITY;
      }
      largest = Math.max(largest, Math.abs(e));
      difference = Math.max(difference, d);
    }
    return largest > 0 ? difference / largest : Double.POSITIVE_INFINITY;
  }
}
