package cadj.kernels.softmax;

import cadj.kernels.vectormath.Carried;
import cadj.kernels.vectormath.Exp;
import cadj.kernels.vectormath.Rows;
import cadj.kernels.vectormath.SumLoops;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The steps of [SoftmaxVector], each for some rows: loops that are compiled by themselves, see
/// [cadj.kernels.vectormath].
final class SoftmaxLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();

  private SoftmaxLoops() {}

  /// The largest number of each row, or NaN if there is one.
  static float[] maxima(Rows x) {
    float[] lanes = new float[x.count() * LANES];
    laneMaxima(x, lanes);
    float[] max = new float[x.count()];
    for (int r = 0; r < max.length; r++) {
      float m = lanes[r * LANES];
      for (int i = 1; i < LANES; i++) {
        m = Math.max(m, lanes[r * LANES + i]);
      }
      max[r] = m;
    }
    return max;
  }

  private static void laneMaxima(Rows x, float[] lanes) {
    for (int r = 0; r < x.count(); r++) {
      FloatVector max = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
      for (int i = 0; i < x.length(); i += LANES) {
        max = FloatVector.fromArray(S, x.array(), x.at(r) + i).max(Carried.of(max));
      }
      Carried.of(max).intoArray(lanes, r * LANES);
    }
  }

  /// y = exp(x − max), and the sum of each row.
  static double[] exponentials(Rows y, Rows x, float[] max) {
    float[] lanes = new float[x.count() * LANES];
    double[] sums = new double[x.count()];
    for (int from = 0; from < x.length(); from += SumLoops.RUN) {
      exponentials(y, x, from, Math.min(x.length(), from + SumLoops.RUN), max, lanes);
      SumLoops.addLanes(sums, lanes);
    }
    return sums;
  }

  /// Of columns `from` … `to − 1`, and their sum lane by lane.
  private static void exponentials(Rows y, Rows x, int from, int to, float[] max, float[] lanes) {
    for (int r = 0; r < x.count(); r++) {
      FloatVector sum = FloatVector.zero(S);
      for (int i = from; i < to; i += LANES) {
        FloatVector v = FloatVector.fromArray(S, x.array(), x.at(r) + i);
        FloatVector e = Exp.expNonPositive(v.sub(max[r]));
        e.intoArray(y.array(), y.at(r) + i);
        sum = e.add(Carried.of(sum));
      }
      Carried.of(sum).intoArray(lanes, r * LANES);
    }
  }

  /// y := y / sum
  static void scale(Rows y, double[] sums) {
    for (int r = 0; r < y.count(); r++) {
      float factor = (float) (1 / sums[r]);
      for (int i = y.at(r); i < y.at(r) + y.length(); i += LANES) {
        FloatVector.fromArray(S, y.array(), i).mul(factor).intoArray(y.array(), i);
      }
    }
  }

  /// dx = p·(g − dot)
  static void centre(Rows dx, Rows g, Rows p, double[] dots) {
    for (int r = 0; r < g.count(); r++) {
      float high = (float) dots[r];
      float low = Float.isFinite(high) ? (float) (dots[r] - high) : 0;
      for (int i = 0; i < g.length(); i += LANES) {
        FloatVector centred = FloatVector.fromArray(S, g.array(), g.at(r) + i).sub(high).sub(low);
        FloatVector.fromArray(S, p.array(), p.at(r) + i)
            .mul(centred)
            .intoArray(dx.array(), dx.at(r) + i);
      }
    }
  }

  /// y = x − max − log sum
  static void subtract(Rows y, Rows x, float[] max, double[] sums) {
    for (int r = 0; r < x.count(); r++) {
      float log = (float) Math.log(sums[r]);
      for (int i = 0; i < x.length(); i += LANES) {
        FloatVector.fromArray(S, x.array(), x.at(r) + i)
            .sub(max[r])
            .sub(log)
            .intoArray(y.array(), y.at(r) + i);
      }
    }
  }

  /// dx = g − exp(log)·Σ g
  static void subtractShares(Rows dx, Rows g, Rows log) {
    subtractShares(dx, g, log, SumLoops.ofExact(g));
  }

  private static void subtractShares(Rows dx, Rows g, Rows log, double[] sums) {
    for (int r = 0; r < g.count(); r++) {
      FloatVector factor = FloatVector.broadcast(S, -(float) sums[r]);
      for (int i = 0; i < g.length(); i += LANES) {
        Exp.expNonPositive(FloatVector.fromArray(S, log.array(), log.at(r) + i))
            .fma(factor, FloatVector.fromArray(S, g.array(), g.at(r) + i))
            .intoArray(dx.array(), dx.at(r) + i);
      }
    }
  }
}
