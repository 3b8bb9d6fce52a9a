package cadj.kernels.vectormath;

import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums in a fixed order: per lane in single precision over runs of 2048 elements, the rest in
/// double. (`reduceLanes(ADD)` leaves the order open, and it may change once code is compiled.)
///
/// Lengths are multiples of the lane count; rows of other widths are padded by the caller.
public final class Sum {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> D = VectorSpecies.of(double.class, S.vectorShape());
  private static final int RUN = 2048;

  private Sum() {}

  /// Σ x[at … at+n).
  public static double of(float[] x, int at, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += RUN) {
      FloatVector even = FloatVector.zero(S);
      FloatVector odd = even;
      int to = Math.min(n, from + RUN);
      int i = from;
      for (; i + 2 * S.length() <= to; i += 2 * S.length()) {
        even = even.add(FloatVector.fromArray(S, x, at + i));
        odd = odd.add(FloatVector.fromArray(S, x, at + i + S.length()));
      }
      if (i < to) {
        even = even.add(FloatVector.fromArray(S, x, at + i));
      }
      sum += ofLanes(even.add(odd));
    }
    return sum;
  }

  /// Σ x[xAt+i]·y[yAt+i] for i < n.
  public static double ofProducts(float[] x, int xAt, float[] y, int yAt, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += RUN) {
      FloatVector even = FloatVector.zero(S);
      FloatVector odd = even;
      int to = Math.min(n, from + RUN);
      int i = from;
      for (; i + 2 * S.length() <= to; i += 2 * S.length()) {
        int next = i + S.length();
        even = FloatVector.fromArray(S, x, xAt + i).fma(FloatVector.fromArray(S, y, yAt + i), even);
        odd =
            FloatVector.fromArray(S, x, xAt + next)
                .fma(FloatVector.fromArray(S, y, yAt + next), odd);
      }
      if (i < to) {
        even = FloatVector.fromArray(S, x, xAt + i).fma(FloatVector.fromArray(S, y, yAt + i), even);
      }
      sum += ofLanes(even.add(odd));
    }
    return sum;
  }

  /// Σ x[xAt+i]·y[yAt+i] for i < n, all in double, where [#ofProducts] would lose too much.
  public static double ofExactProducts(float[] x, int xAt, float[] y, int yAt, int n) {
    DoubleVector lower = DoubleVector.zero(D);
    DoubleVector upper = lower;
    for (int i = 0; i < n; i += S.length()) {
      FloatVector a = FloatVector.fromArray(S, x, xAt + i);
      FloatVector b = FloatVector.fromArray(S, y, yAt + i);
      lower = lower.add(half(a, 0).mul(half(b, 0)));
      upper = upper.add(half(a, 1).mul(half(b, 1)));
    }
    double sum = 0;
    for (double lane : lower.add(upper).toArray()) {
      sum += lane;
    }
    return sum;
  }

  /// Σ of `parts`, first to last, place by place and in double.
  public static double[] ofParts(float[][] parts, int n) {
    double[] sum = new double[n];
    for (float[] part : parts) {
      for (int i = 0; i < n; i++) {
        sum[i] += part[i];
      }
    }
    return sum;
  }

  /// The lower or upper lanes of `v` in double.
  private static DoubleVector half(FloatVector v, int part) {
    return (DoubleVector) v.convertShape(F2D, D, part);
  }

  /// The lanes of `v`, first to last, in double precision.
  public static double ofLanes(FloatVector v) {
    double sum = 0;
    for (float lane : v.toArray()) {
      sum += lane;
    }
    return sum;
  }
}
