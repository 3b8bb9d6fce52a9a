package cadj.kernels.vectormath;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums of rows, one for each row that was read, in a fixed order, lane by lane and then across.
/// (`reduceLanes(ADD)` leaves the order open, and it may change once code is compiled.)
public final class SumLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> D = Doubles.SPECIES;

  /// Elements that are summed in single precision, lane by lane, before double takes over.
  public static final int RUN = 2048;

  private SumLoops() {}

  /// Σ (x − centre)², with a centre for each row: per lane in single precision over [#RUN] elements
  /// at a time, across lanes and runs in double.
  public static double[] ofSquares(Rows x, float[] centres) {
    float[] lanes = new float[x.count() * S.length()];
    double[] sums = new double[x.count()];
    for (int from = 0; from < x.width(); from += RUN) {
      squares(lanes, x, from, Math.min(x.width(), from + RUN), centres);
      addLanes(sums, lanes);
    }
    return sums;
  }

  private static void squares(float[] lanes, Rows x, int from, int to, float[] centres) {
    for (int r = 0; r < x.count(); r++) {
      FloatVector sum = FloatVector.zero(S);
      for (int i = from; i <= to - S.length(); i += S.length()) {
        FloatVector v = x.vector(r, i).sub(centres[r]);
        sum = v.fma(v, Carried.of(sum));
      }
      if (to > x.whole()) {
        FloatVector v = x.rest(r, centres[r]).sub(centres[r]);
        sum = v.fma(v, Carried.of(sum));
      }
      Carried.of(sum).intoArray(lanes, r * S.length());
    }
  }

  /// Σ x, all in double.
  public static double[] ofExact(Rows x) {
    double[] lanes = new double[x.count() * D.length()];
    exact(lanes, x);
    return acrossLanes(lanes);
  }

  private static void exact(double[] lanes, Rows x) {
    for (int r = 0; r < x.count(); r++) {
      DoubleVector lower = DoubleVector.zero(D);
      DoubleVector upper = DoubleVector.zero(D);
      for (int i = 0; i < x.whole(); i += S.length()) {
        FloatVector v = x.vector(r, i);
        lower = Doubles.lower(v).add(Carried.of(lower));
        upper = Doubles.upper(v).add(Carried.of(upper));
      }
      if (x.hasRest()) {
        FloatVector v = x.rest(r);
        lower = Doubles.lower(v).add(Carried.of(lower));
        upper = Doubles.upper(v).add(Carried.of(upper));
      }
      Carried.of(lower).add(Carried.of(upper)).intoArray(lanes, r * D.length());
    }
  }

  /// Σ x·y, all in double, where single precision would lose too much.
  public static double[] ofExactProducts(Rows x, Rows y) {
    double[] lanes = new double[x.count() * D.length()];
    exactProducts(lanes, x, y);
    return acrossLanes(lanes);
  }

  private static void exactProducts(double[] lanes, Rows x, Rows y) {
    for (int r = 0; r < x.count(); r++) {
      DoubleVector lower = DoubleVector.zero(D);
      DoubleVector upper = DoubleVector.zero(D);
      for (int i = 0; i < x.whole(); i += S.length()) {
        FloatVector v = x.vector(r, i);
        FloatVector w = y.vector(r, i);
        lower = Doubles.lower(v).fma(Doubles.lower(w), Carried.of(lower));
        upper = Doubles.upper(v).fma(Doubles.upper(w), Carried.of(upper));
      }
      if (x.hasRest()) {
        FloatVector v = x.rest(r);
        FloatVector w = y.rest(r);
        lower = Doubles.lower(v).fma(Doubles.lower(w), Carried.of(lower));
        upper = Doubles.upper(v).fma(Doubles.upper(w), Carried.of(upper));
      }
      Carried.of(lower).add(Carried.of(upper)).intoArray(lanes, r * D.length());
    }
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

  /// Σ of the lanes of each vector of `lanes`.
  private static double[] acrossLanes(double[] lanes) {
    double[] sums = new double[lanes.length / D.length()];
    for (int i = 0; i < sums.length; i++) {
      double even = 0;
      double odd = 0;
      for (int lane = i * D.length(); lane < (i + 1) * D.length(); lane += 2) {
        even += lanes[lane];
        odd += lanes[lane + 1];
      }
      sums[i] = even + odd;
    }
    return sums;
  }
}
