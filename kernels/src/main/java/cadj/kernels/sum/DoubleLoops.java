package cadj.kernels.sum;

import cadj.kernels.vectormath.Carried;
import cadj.kernels.vectormath.Doubles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Loops that add floats up in double precision, compiled by themselves: see
/// [cadj.kernels.vectormath].
final class DoubleLoops {
  private static final VectorSpecies<Double> DOUBLES = Doubles.SPECIES;
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();

  private DoubleLoops() {}

  /// Σ x[at … at+n), in four chains of vectors, so that additions need not wait for each other.
  static double sum(float[] x, int at, int n) {
    double total = 0;
    int i = 0;
    if (n >= 2 * LANES) {
      DoubleVector a = DoubleVector.zero(DOUBLES);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (; i <= n - 2 * LANES; i += 2 * LANES) {
        FloatVector v = FloatVector.fromArray(S, x, at + i);
        FloatVector next = FloatVector.fromArray(S, x, at + i + LANES);
        a = Doubles.lower(v).add(Carried.of(a));
        b = Doubles.upper(v).add(Carried.of(b));
        c = Doubles.lower(next).add(Carried.of(c));
        d = Doubles.upper(next).add(Carried.of(d));
      }
      // Not reduceLanes, which leaves the order of additions open.
      DoubleVector left = Carried.of(a).add(Carried.of(b));
      DoubleVector right = Carried.of(c).add(Carried.of(d));
      for (double lane : left.add(right).toArray()) {
        total += lane;
      }
    }
    for (; i < n; i++) {
      total += x[at + i];
    }
    return total;
  }

  /// sums[at+i] += Σ of four rows of x, `pitch` apart from `row` on, i < width, in one pass over
  /// the sums.
  static void addFour(double[] sums, int at, float[] x, int row, int pitch, int width) {
    int i = 0;
    for (; i <= width - LANES; i += LANES) {
      FloatVector a = FloatVector.fromArray(S, x, row + i);
      FloatVector b = FloatVector.fromArray(S, x, row + pitch + i);
      FloatVector c = FloatVector.fromArray(S, x, row + 2 * pitch + i);
      FloatVector d = FloatVector.fromArray(S, x, row + 3 * pitch + i);
      DoubleVector.fromArray(DOUBLES, sums, at + i)
          .add(Doubles.lower(a))
          .add(Doubles.lower(b))
          .add(Doubles.lower(c))
          .add(Doubles.lower(d))
          .intoArray(sums, at + i);
      int half = at + i + DOUBLES.length();
      DoubleVector.fromArray(DOUBLES, sums, half)
          .add(Doubles.upper(a))
          .add(Doubles.upper(b))
          .add(Doubles.upper(c))
          .add(Doubles.upper(d))
          .intoArray(sums, half);
    }
    for (; i < width; i++) {
      sums[at + i] =
          sums[at + i]
              + x[row + i]
              + x[row + pitch + i]
              + x[row + 2 * pitch + i]
              + x[row + 3 * pitch + i];
    }
  }
}
