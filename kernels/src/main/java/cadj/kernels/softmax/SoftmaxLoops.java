package cadj.kernels.softmax;

import static jdk.incubator.vector.VectorOperators.MAX;

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
    float[] maxima = new float[x.count()];
    for (int r = 0; r < maxima.length; r++) {
      FloatVector max = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
      for (int i = 0; i < x.whole(); i += LANES) {
        max = x.vector(r, i).max(Carried.of(max));
      }
      if (x.hasRest()) {
        max = x.rest(r, Float.NEGATIVE_INFINITY).max(Carried.of(max));
      }
      maxima[r] = Carried.of(max).reduceLanes(MAX); // exact, so in any order
    }
    return maxima;
  }

  /// y = exp(x − max), and the sum of each row.
  static double[] exponentials(Rows y, Rows x, float[] max) {
    float[] lanes = new float[x.count() * LANES];
    double[] sums = new double[x.count()];
    for (int from = 0; from < x.width(); from += SumLoops.RUN) {
      int to = Math.min(x.width(), from + SumLoops.RUN);
      exponentials(y, x, from, to, max, lanes);
      if (to > x.whole()) {
        exponentialsOfRests(y, x, max, lanes);
      }
      SumLoops.addLanes(sums, lanes);
    }
    return sums;
  }

  /// Of the whole vectors of columns `from` … `to − 1`, and their sum lane by lane.
  private static void exponentials(Rows y, Rows x, int from, int to, float[] max, float[] lanes) {
    for (int r = 0; r < x.count(); r++) {
      FloatVector sum = FloatVector.zero(S);
      for (int i = from; i <= to - LANES; i += LANES) {
        FloatVector e = Exp.expNonPositive(x.vector(r, i).sub(max[r]));
        y.put(e, r, i);
        sum = e.add(Carried.of(sum));
      }
      Carried.of(sum).intoArray(lanes, r * LANES);
    }
  }

  /// The same of the rows' rests, added to what their lanes have. (In one body the two loops are
  /// more than the compiler inlines.)
  private static void exponentialsOfRests(Rows y, Rows x, float[] max, float[] lanes) {
    for (int r = 0; r < x.count(); r++) {
      FloatVector e = Exp.expNonPositive(x.rest(r, Float.NEGATIVE_INFINITY).sub(max[r]));
      y.putRest(e, r);
      e.add(FloatVector.fromArray(S, lanes, r * LANES)).intoArray(lanes, r * LANES);
    }
  }

  /// y := y / sum
  static void scale(Rows y, double[] sums) {
    for (int r = 0; r < y.count(); r++) {
      float factor = (float) (1 / sums[r]);
      for (int i = 0; i < y.whole(); i += LANES) {
        y.put(y.vector(r, i).mul(factor), r, i);
      }
      if (y.hasRest()) {
        y.putRest(y.rest(r).mul(factor), r);
      }
    }
  }

  /// dx = p·(g − dot)
  static void centre(Rows dx, Rows g, Rows p, double[] dots) {
    for (int r = 0; r < g.count(); r++) {
      float high = (float) dots[r];
      float low = Float.isFinite(high) ? (float) (dots[r] - high) : 0;
      for (int i = 0; i < g.whole(); i += LANES) {
        dx.put(p.vector(r, i).mul(g.vector(r, i).sub(high).sub(low)), r, i);
      }
      if (g.hasRest()) {
        dx.putRest(p.rest(r).mul(g.rest(r).sub(high).sub(low)), r);
      }
    }
  }

  /// y = x − max − log sum
  static void subtract(Rows y, Rows x, float[] max, double[] sums) {
    for (int r = 0; r < x.count(); r++) {
      float log = (float) Math.log(sums[r]);
      for (int i = 0; i < x.whole(); i += LANES) {
        y.put(x.vector(r, i).sub(max[r]).sub(log), r, i);
      }
      if (x.hasRest()) {
        y.putRest(x.rest(r).sub(max[r]).sub(log), r);
      }
    }
  }

  /// dx = g − exp(log)·Σ g
  static void subtractShares(Rows dx, Rows g, Rows log) {
    double[] sums = SumLoops.ofExact(g);
    subtractShares(dx, g, log, sums);
    if (g.hasRest()) {
      subtractSharesFromRests(dx, g, log, sums);
    }
  }

  private static void subtractShares(Rows dx, Rows g, Rows log, double[] sums) {
    for (int r = 0; r < g.count(); r++) {
      FloatVector factor = FloatVector.broadcast(S, -(float) sums[r]);
      for (int i = 0; i < g.whole(); i += LANES) {
        dx.put(Exp.expNonPositive(log.vector(r, i)).fma(factor, g.vector(r, i)), r, i);
      }
    }
  }

  private static void subtractSharesFromRests(Rows dx, Rows g, Rows log, double[] sums) {
    for (int r = 0; r < g.count(); r++) {
      FloatVector factor = FloatVector.broadcast(S, -(float) sums[r]);
      dx.putRest(Exp.expNonPositive(log.rest(r)).fma(factor, g.rest(r)), r);
    }
  }
}
