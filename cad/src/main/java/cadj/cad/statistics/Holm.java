package cadj.cad.statistics;

import java.util.stream.IntStream;

/// Holm 1979: p-values of several tests, such that calling those below 0.05 significant is wrong
/// anywhere in at most 5 % of the cases.
public final class Holm {
  private Holm() {}

  /// The k-th smallest of n, times n − k + 1, at least the one before, at most 1; in the order of
  /// `p`.
  public static double[] adjusted(double... p) {
    Sample.requireFinite("holm", p);
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted((i, j) -> Double.compare(p[i], p[j]))
            .mapToInt(i -> i)
            .toArray();
    double[] out = new double[p.length];
    double before = 0;
    for (int k = 0; k < order.length; k++) {
      before = Math.max(before, Math.min(1, p[order[k]] * (p.length - k)));
      out[order[k]] = before;
    }
    return out;
  }
}
