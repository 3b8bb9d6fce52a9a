package cadj.cad.statistics;

import java.util.stream.IntStream;

/// Ranks from 1 on; equal numbers share the mean of theirs, and −0 equals 0.
public final class Ranks {
  private Ranks() {}

  public static double[] of(double... x) {
    Sample.requireFinite("ranks", x);
    int[] order =
        IntStream.range(0, x.length)
            .boxed()
            .sorted((i, j) -> Double.compare(x[i] + 0.0, x[j] + 0.0)) // −0 + 0 is 0
            .mapToInt(i -> i)
            .toArray();
    double[] ranks = new double[x.length];
    int from = 0;
    while (from < order.length) {
      int to = from + 1;
      while (to < order.length && x[order[to]] == x[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + 1 + to) / 2.0;
      }
      from = to;
    }
    return ranks;
  }
}
