package cadj.cad.statistics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// How much larger y is than x where both were measured on the same cells: two methods on the same
/// concepts and noise, or two ledgers.
///
/// @param mean of y − x
/// @param interval BCa, over units drawn with replacement
/// @param p two-sided, by the signs of the units' sums: small if the difference is no chance
/// @param units that can be taken for independent: pairs, or clusters of them
public record PairedDifference(double mean, Interval interval, double p, int pairs, int units) {
  /// Replicates behind an interval.
  public static final int DRAWS = 2000;

  /// Pairs that are independent of each other.
  public static PairedDifference of(double[] x, double[] y, long seed) {
    int[] clusters = new int[x.length];
    Arrays.setAll(clusters, i -> i);
    return of(x, y, clusters, seed);
  }

  /// Pairs of which those with the same number in `clusters` depend on each other, such as the
  /// seeds of one concept.
  public static PairedDifference of(double[] x, double[] y, int[] clusters, long seed) {
    Sample.requirePairs("paired difference", x, y, 1);
    double[] differences = new double[x.length];
    Map<Integer, Double> sums = new LinkedHashMap<>();
    for (int i = 0; i < x.length; i++) {
      differences[i] = y[i] - x[i];
      sums.merge(clusters[i], differences[i], Double::sum);
    }
    Resamples resamples = Resamples.clusters(clusters, DRAWS, seed);
    double[] unitSums = sums.values().stream().mapToDouble(Double::doubleValue).toArray();
    return new PairedDifference(
        Sample.mean(differences),
        Bootstrap.mean(resamples, differences).bca(Interval.LEVEL),
        SignFlips.p(unitSums, seed),
        x.length,
        unitSums.length);
  }
}
