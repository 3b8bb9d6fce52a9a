package cadj.cad.statistics;

import static cadj.tensor.shape.Require.require;

import org.apache.commons.statistics.distribution.NormalDistribution;

/// A confidence interval, its ends included. Both ends are NaN where nothing can be said.
public record Interval(double low, double high) {
  /// Where nothing can be said.
  public static final Interval UNKNOWN = new Interval(Double.NaN, Double.NaN);

  /// The confidence of intervals, unless said otherwise.
  public static final double LEVEL = 0.95;

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  public boolean isKnown() {
    return !Double.isNaN(low) && !Double.isNaN(high);
  }

  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /// The standard normal's quantile with (1 − level)/2 above it: 1.96 for 95 %.
  static double z(double level) {
    require(level > 0 && level < 1, "interval: expected a level between 0 and 1, got %s", level);
    return NORMAL.inverseSurvivalProbability((1 - level) / 2);
  }

  /// Φ⁻¹
  static double normalQuantile(double share) {
    return NORMAL.inverseCumulativeProbability(share);
  }

  /// Φ
  static double normalShare(double z) {
    return NORMAL.cumulativeProbability(z);
  }
}
