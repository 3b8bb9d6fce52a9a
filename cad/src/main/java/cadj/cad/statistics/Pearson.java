package cadj.cad.statistics;

import static cadj.cad.statistics.Sample.centred;
import static cadj.cad.statistics.Sample.dot;

import org.apache.commons.statistics.distribution.TDistribution;

/// The linear correlation of pairs, as SciPy's `pearsonr`.
///
/// ```text
/// r = Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² · Σ (y − ȳ)²)
/// t = r·√((n − 2) / (1 − r²)), Student's with n − 2 degrees of freedom where nothing correlates
/// atanh r ± z/√(n − 3) → tanh                                         Fisher 1921
/// ```
///
/// @param r NaN where one side is constant
/// @param n pairs
public record Pearson(double r, int n) {
  /// @throws IllegalArgumentException for fewer than two pairs, or numbers that are not finite
  public static Pearson of(double[] x, double[] y) {
    return new Pearson(r(x, y), x.length);
  }

  /// r alone.
  public static double r(double[] x, double[] y) {
    Sample.requirePairs("pearson", x, y, 2);
    double[] cx = centred(x);
    double[] cy = centred(y);
    // two roots rather than one of the product, which may overflow
    double r = dot(cx, cy) / Math.sqrt(dot(cx, cx)) / Math.sqrt(dot(cy, cy));
    return Math.clamp(r, -1, 1);
  }

  /// Two-sided: how often pairs without correlation have one as large.
  public double p() {
    return p(r, n);
  }

  static double p(double r, int n) {
    if (Double.isNaN(r)) {
      return Double.NaN;
    }
    if (n == 2) {
      return 1;
    }
    double t = Math.abs(r) * Math.sqrt((n - 2) / ((1 - r) * (1 + r)));
    return 2 * TDistribution.of(n - 2).survivalProbability(t);
  }

  /// Fisher's interval, exact for pairs from a bivariate normal distribution; all of [−1, 1] for
  /// three pairs or fewer.
  public Interval fisher(double level) {
    double z = Interval.z(level);
    if (Double.isNaN(r)) {
      return Interval.UNKNOWN;
    }
    if (n <= 3) {
      return new Interval(-1, 1);
    }
    double middle = Math.log((1 + r) / (1 - r)) / 2;
    double half = z / Math.sqrt(n - 3);
    return new Interval(Math.tanh(middle - half), Math.tanh(middle + half));
  }
}
