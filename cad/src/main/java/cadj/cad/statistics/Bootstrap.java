package cadj.cad.statistics;

import static cadj.tensor.shape.Require.require;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/// How much a statistic varies over samples like the one at hand, Efron & Tibshirani 1993.
///
/// ```text
/// percentile   the replicates' quantiles at (1 ∓ level)/2
/// basic        2·estimate − those, ends exchanged
/// BCa          the replicates' quantiles at Φ(z₀ + (z₀ ∓ z) / (1 − a·(z₀ ∓ z))),
///              z₀ = Φ⁻¹(share of replicates below the estimate, equal ones counting half),
///              a = Σ u³ / (6·(Σ u²)^1.5), u = mean − value of the statistic without one unit
/// ```
///
/// BCa is the one to quote; it needs the statistic once more per unit. All three equal SciPy's
/// `bootstrap`, given the same draws. Where all replicates are one value (a share of 0 of 30, say)
/// each has no width, which is no certainty: [Proportion] has intervals for that.
public final class Bootstrap {
  private final Resamples resamples;
  private final ToDoubleFunction<int[]> statistic;
  private final double estimate;
  private final double[] replicates;

  private Bootstrap(Resamples resamples, ToDoubleFunction<int[]> statistic) {
    this.resamples = resamples;
    this.statistic = statistic;
    estimate = statistic.applyAsDouble(resamples.all());
    replicates =
        resamples.draws().mapToDouble(statistic).filter(Double::isFinite).sorted().toArray();
  }

  /// @param statistic of the items with these numbers; NaN where a draw has none, such as the
  ///   correlation of equal numbers: those draws are passed over
  public static Bootstrap of(Resamples resamples, ToDoubleFunction<int[]> statistic) {
    return new Bootstrap(resamples, statistic);
  }

  /// The mean of x.
  public static Bootstrap mean(Resamples resamples, double... x) {
    require(
        x.length == resamples.items(),
        "bootstrap: expected %d numbers, got %d",
        resamples.items(),
        x.length);
    return of(resamples, draw -> Sample.mean(Sample.at(x, draw)));
  }

  /// The statistic of the sample itself.
  public double estimate() {
    return estimate;
  }

  /// The replicates' standard deviation.
  public double standardError() {
    return replicates.length < 2 ? Double.NaN : Sample.standardDeviation(replicates);
  }

  public Interval percentile(double level) {
    return between((1 - level) / 2, (1 + level) / 2);
  }

  public Interval basic(double level) {
    Interval percentile = percentile(level);
    return new Interval(2 * estimate - percentile.high(), 2 * estimate - percentile.low());
  }

  public Interval bca(double level) {
    if (replicates.length == 0 || !Double.isFinite(estimate)) {
      return Interval.UNKNOWN;
    }
    double bias = Interval.normalQuantile(shareBelow());
    double acceleration = acceleration();
    double z = Interval.z(level);
    return between(share(bias, acceleration, -z), share(bias, acceleration, z));
  }

  private static double share(double bias, double acceleration, double z) {
    double shifted = bias + z;
    return Interval.normalShare(bias + shifted / (1 - acceleration * shifted));
  }

  /// Not quite 0 or 1, where no quantile would exist.
  private double shareBelow() {
    double below = 0;
    for (double replicate : replicates) {
      below += replicate < estimate ? 1 : replicate == estimate ? 0.5 : 0;
    }
    double least = 0.5 / replicates.length;
    return Math.clamp(below / replicates.length, least, 1 - least);
  }

  /// From leaving out one unit at a time; 0, no correction, where that changes nothing.
  private double acceleration() {
    if (resamples.units() == 1) {
      return 0;
    }
    double[] values = new double[resamples.units()];
    Arrays.setAll(values, unit -> statistic.applyAsDouble(resamples.without(unit)));
    double[] u = Sample.centred(values);
    double squares = Sample.dot(u, u);
    double cubes = 0;
    for (double each : u) {
      cubes -= each * each * each;
    }
    double acceleration = cubes / (6 * Math.pow(squares, 1.5));
    return Double.isFinite(acceleration) ? acceleration : 0;
  }

  private Interval between(double low, double high) {
    if (replicates.length == 0) {
      return Interval.UNKNOWN;
    }
    return new Interval(Sample.quantile(replicates, low), Sample.quantile(replicates, high));
  }
}
