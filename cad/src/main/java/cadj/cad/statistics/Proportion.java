package cadj.cad.statistics;

import static cadj.tensor.shape.Require.require;

import org.apache.commons.statistics.distribution.BetaDistribution;

/// A share: so many successes in so many independent tries.
///
/// Six pictures of one edit are not independent; for shares over several edits take a [Bootstrap]
/// over [Resamples#clusters].
public record Proportion(int successes, int tries) {
  public Proportion {
    require(
        tries >= 0 && successes >= 0 && successes <= tries,
        "proportion: expected 0 ≤ successes ≤ tries, got %d of %d",
        successes,
        tries);
  }

  /// NaN for no tries.
  public double share() {
    return (double) successes / tries;
  }

  /// Wilson 1927: the shares p that the observed one is within z·√(p(1 − p)/n) of. Close to its
  /// level on average, for few tries and shares near 0 or 1 too.
  public Interval wilson(double level) {
    double z = Interval.z(level);
    if (tries == 0) {
      return Interval.UNKNOWN;
    }
    double n = tries;
    double p = share();
    double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    // exact ends, where rounding would leave 1e-17
    double low = successes == 0 ? 0 : middle - half;
    double high = successes == tries ? 1 : middle + half;
    return new Interval(low, high);
  }

  /// Clopper & Pearson 1934, from the Beta distribution's quantiles: covers at least its level
  /// whatever the share, so it is wider than [#wilson].
  public Interval exact(double level) {
    require(level > 0 && level < 1, "interval: expected a level between 0 and 1, got %s", level);
    if (tries == 0) {
      return Interval.UNKNOWN;
    }
    double tail = (1 - level) / 2;
    int failures = tries - successes;
    double low = successes == 0 ? 0 : quantile(successes, failures + 1, tail);
    double high = failures == 0 ? 1 : 1 - quantile(failures, successes + 1, tail);
    return new Interval(low, high);
  }

  private static double quantile(double alpha, double beta, double tail) {
    BetaDistribution distribution = BetaDistribution.of(alpha, beta);
    double x = distribution.inverseCumulativeProbability(tail);
    // that is good to 1e-9; one step of Newton's doubles its digits
    return x - (distribution.cumulativeProbability(x) - tail) / distribution.density(x);
  }
}
