package cadj.kernels.vectormath;

import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums in a fixed order: per lane in single precision over runs of 2048 elements, the rest in
/// double. (`reduceLanes(ADD)` leaves the order open, and it may change once code is compiled.)
///
/// Lengths are multiples of the lane count unless said otherwise; rows of other widths are padded,
/// see [Rows].
public final class Sum {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> D = Doubles.SPECIES;

  /// Elements that are summed in single precision, lane by lane, before double takes over.
  public static final int RUN = 2048;

  private Sum() {}

  /// Σ x[at … at+n).
  public static double of(float[] x, int at, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += RUN) {
      sum += ofRun(x, at + from, Math.min(RUN, n - from));
    }
    return sum;
  }

  private static double ofRun(float[] x, int at, int n) {
    FloatVector even = FloatVector.zero(S);
    FloatVector odd = even;
    int i = 0;
    for (; i <= n - 2 * S.length(); i += 2 * S.length()) {
      even = even.add(FloatVector.fromArray(S, x, at + i));
      odd = odd.add(FloatVector.fromArray(S, x, at + i + S.length()));
    }
    if (i < n) {
      even = even.add(FloatVector.fromArray(S, x, at + i));
    }
    return across(even.add(odd));
  }

  /// Σ (x[at+i] − m)² for i < n.
  public static double ofSquares(float[] x, int at, int n, float m) {
    double sum = 0;
    for (int from = 0; from < n; from += RUN) {
      sum += ofSquaresOfRun(x, at + from, Math.min(RUN, n - from), m);
    }
    return sum;
  }

  private static double ofSquaresOfRun(float[] x, int at, int n, float m) {
    FloatVector even = FloatVector.zero(S);
    FloatVector odd = even;
    int i = 0;
    for (; i <= n - 2 * S.length(); i += 2 * S.length()) {
      FloatVector a = FloatVector.fromArray(S, x, at + i).sub(m);
      FloatVector b = FloatVector.fromArray(S, x, at + i + S.length()).sub(m);
      even = a.fma(a, even);
      odd = b.fma(b, odd);
    }
    if (i < n) {
      FloatVector a = FloatVector.fromArray(S, x, at + i).sub(m);
      even = a.fma(a, even);
    }
    return across(even.add(odd));
  }

  /// Σ x[at … at+n), all in double, where [#of] would lose too much.
  public static double ofExact(float[] x, int at, int n) {
    DoubleVector even = DoubleVector.zero(D);
    DoubleVector odd = even;
    for (int i = 0; i < n; i += S.length()) {
      even = even.add(Doubles.of(x, at + i));
      odd = odd.add(Doubles.of(x, at + i + D.length()));
    }
    return across(even.add(odd));
  }

  /// Σ x[xAt+i]·y[yAt+i] for i < n, whatever n, all in double, where single precision would lose
  /// too much.
  public static double ofExactProducts(float[] x, int xAt, float[] y, int yAt, int n) {
    DoubleVector even = DoubleVector.zero(D);
    DoubleVector odd = even;
    int i = 0;
    for (; i <= n - 2 * D.length(); i += 2 * D.length()) {
      int next = i + D.length();
      even = Doubles.of(x, xAt + i).fma(Doubles.of(y, yAt + i), even);
      odd = Doubles.of(x, xAt + next).fma(Doubles.of(y, yAt + next), odd);
    }
    if (i <= n - D.length()) {
      even = Doubles.of(x, xAt + i).fma(Doubles.of(y, yAt + i), even);
      i += D.length();
    }
    double sum = across(even.add(odd));
    for (; i < n; i++) {
      sum += (double) x[xAt + i] * y[yAt + i];
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

  /// sums[i] += Σ of the lanes of vector i of `lanes`, in double.
  public static void addLanes(double[] sums, float[] lanes) {
    for (int i = 0; i < sums.length; i++) {
      double even = 0;
      double odd = 0;
      for (int lane = i * S.length(); lane < (i + 1) * S.length(); lane += 2) {
        even += lanes[lane];
        odd += lanes[lane + 1];
      }
      sums[i] += even + odd;
    }
  }

  /// The lanes of `v` in double precision: the upper half is added to the lower, then even and odd
  /// ones are summed.
  static double across(FloatVector v) {
    DoubleVector lower = (DoubleVector) v.convertShape(F2D, D, 0);
    return across(lower.add(v.convertShape(F2D, D, 1)));
  }

  /// In memory: exchanging lanes takes so much code that loops around it are no longer compiled
  /// well.
  private static double across(DoubleVector v) {
    double[] lanes = v.toArray();
    double even = 0;
    double odd = 0;
    for (int i = 0; i < lanes.length; i += 2) {
      even += lanes[i];
      odd += lanes[i + 1];
    }
    return even + odd;
  }
}
