package cadj.cad.graph;

import java.util.LinkedHashMap;
import java.util.Map;

/// What many values are like: mean and standard deviation (of the population), the largest
/// magnitude, and how many are zero or not finite, which the others leave out.
///
/// @param count how many values, all together
/// @param mean of the finite ones; 0 if there are none
/// @param squares sum of the squared differences from the mean
public record Statistics(
    long count, double mean, double squares, double absMax, long zeros, long nonFinite) {
  /// Of these values, in two passes in double precision.
  public static Statistics of(float... values) {
    double sum = 0;
    double absMax = 0;
    long zeros = 0;
    long nonFinite = 0;
    for (float value : values) {
      if (Float.isFinite(value)) {
        sum += value;
        absMax = Math.max(absMax, Math.abs(value));
        zeros += value == 0 ? 1 : 0;
      } else {
        nonFinite++;
      }
    }
    long finite = values.length - nonFinite;
    double mean = finite == 0 ? 0 : sum / finite;
    double squares = 0;
    for (float value : values) {
      squares += Float.isFinite(value) ? (value - mean) * (value - mean) : 0;
    }
    return new Statistics(values.length, mean, squares, absMax, zeros, nonFinite);
  }

  /// Of these values and those of `other`; Chan, Golub & LeVeque 1979.
  public Statistics and(Statistics other) {
    double n = finite();
    double m = other.finite();
    if (n + m == 0) {
      return new Statistics(count + other.count, 0, 0, 0, 0, nonFinite + other.nonFinite);
    }
    double difference = other.mean - mean;
    return new Statistics(
        count + other.count,
        (n * mean + m * other.mean) / (n + m),
        squares + other.squares + difference * difference * n * m / (n + m),
        Math.max(absMax, other.absMax),
        zeros + other.zeros,
        nonFinite + other.nonFinite);
  }

  private long finite() {
    return count - nonFinite;
  }

  public double deviation() {
    return finite() == 0 ? 0 : Math.sqrt(squares / finite());
  }

  /// In a few words.
  public String words() {
    return "mean %+.3e  σ %.3e  |max| %.3e  zeros %,d%s"
        .formatted(
            mean,
            deviation(),
            absMax,
            zeros,
            nonFinite == 0 ? "" : "  not finite %,d".formatted(nonFinite));
  }

  /// For machines.
  public Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("count", count);
    out.put("mean", mean);
    out.put("deviation", deviation());
    out.put("abs_max", absMax);
    out.put("zeros", zeros);
    out.put("non_finite", nonFinite);
    return out;
  }
}
