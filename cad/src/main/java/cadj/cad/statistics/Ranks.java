package cadj.cad.statistics;

import java.util.Arrays;

/// Ranks from 1 on; equal numbers share the mean of theirs, and −0 equals 0.
public final class Ranks {
  private Ranks() {}

  public static double[] of(double... x) {
    Sample.requireFinite("ranks", x);
    double[] sorted = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      sorted[i] = x[i] + 0.0; // −0 + 0 is 0
    }
    Arrays.sort(sorted);
    double[] ranks = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      ranks[i] = (below(sorted, x[i], false) + 1 + below(sorted, x[i], true)) / 2.0;
    }
    return ranks;
  }

  /// How many of `sorted` are less than `value`, or `orEqual`.
  private static int below(double[] sorted, double value, boolean orEqual) {
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (sorted[middle] < value || (orEqual && sorted[middle] == value)) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }
}
