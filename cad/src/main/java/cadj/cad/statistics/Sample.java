package cadj.cad.statistics;

import static cadj.tensor.shape.Require.require;

import java.util.Arrays;

/// Moments and quantiles of numbers. An empty sample has none of them, and is refused.
public final class Sample {
  private Sample() {}

  /// Σ x / n
  public static double mean(double... x) {
    require(x.length > 0, "mean: expected at least one number, got none");
    return sum(x) / x.length;
  }

  /// x − mean. Without this step, correlations of numbers far from zero lose their last digits.
  static double[] centred(double[] x) {
    double mean = mean(x);
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] - mean;
    }
    return out;
  }

  /// √(Σ (x − mean)² / (n − 1)); NaN for a single number.
  public static double standardDeviation(double... x) {
    double[] c = centred(x);
    return Math.sqrt(dot(c, c) / (x.length - 1));
  }

  /// The middle number, or the mean of the two in the middle.
  public static double median(double... x) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    return quantile(sorted, 0.5);
  }

  /// Interpolated linearly between the neighbours of position q·(n − 1), as NumPy's `percentile`.
  ///
  /// @param sorted ascending
  /// @param q between 0 and 1
  public static double quantile(double[] sorted, double q) {
    require(sorted.length > 0, "quantile: expected at least one number, got none");
    require(q >= 0 && q <= 1, "quantile: expected a share between 0 and 1, got %s", q);
    double position = q * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  /// `x[indices]`
  public static double[] at(double[] x, int... indices) {
    double[] out = new double[indices.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = x[indices[i]];
    }
    return out;
  }

  static double sum(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value;
    }
    return sum;
  }

  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  /// Refuses pairs of unequal number, fewer than `least` of them, and NaN or infinity.
  static void requirePairs(String operation, double[] x, double[] y, int least) {
    require(
        x.length == y.length && x.length >= least,
        "%s: expected at least %d pairs, got %d and %d numbers",
        operation,
        least,
        x.length,
        y.length);
    requireFinite(operation, x);
    requireFinite(operation, y);
  }

  static void requireFinite(String operation, double[] x) {
    for (int i = 0; i < x.length; i++) {
      require(
          Double.isFinite(x[i]), "%s: expected finite numbers, got %s at %d", operation, x[i], i);
    }
  }
}
