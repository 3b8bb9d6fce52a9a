package cadj.bench.race;

import java.util.Arrays;

/// What one contender took.
///
/// @param seconds per call, one figure for each round
/// @param error the largest difference from our result, relative to our largest value; NaN, if it
///   cannot be compared
public record Times(String name, double[] seconds, double error) {
  public double median() {
    return median(seconds);
  }

  public double best() {
    return Arrays.stream(seconds).min().orElse(Double.NaN);
  }

  /// How many times as long it took as `other`: the median of the rounds' ratios, since the machine
  /// is more alike within a round than over all.
  public double over(Times other) {
    double[] ratios = new double[seconds.length];
    Arrays.setAll(ratios, i -> seconds[i] / other.seconds[i]);
    return median(ratios);
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
