package cadj.kernels.rmsnorm;

import cadj.kernels.vectormath.Carried;
import cadj.kernels.vectormath.Rows;
import cadj.kernels.vectormath.SumLoops;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The steps of [RmsNormVector], each for some rows: loops that are compiled by themselves, see
/// [cadj.kernels.vectormath].
final class RmsNormLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();

  private RmsNormLoops() {}

  /// y = x·scale·w
  static void scale(Rows y, Rows x, float[] scales, float[] w) {
    for (int r = 0; r < x.count(); r++) {
      for (int i = 0; i < w.length; i += LANES) {
        y.putAny(x.any(r, i).mul(scales[r]).mul(FloatVector.fromArray(S, w, i)), r, i);
      }
    }
  }

  /// Σ dy·w·x of each row.
  static double[] sums(Rows dy, Rows x, float[] w) {
    float[] lanes = new float[x.count() * LANES];
    double[] sums = new double[x.count()];
    for (int from = 0; from < w.length; from += SumLoops.RUN) {
      sums(lanes, dy, x, from, Math.min(w.length, from + SumLoops.RUN), w);
      SumLoops.addLanes(sums, lanes);
    }
    return sums;
  }

  private static void sums(float[] lanes, Rows dy, Rows x, int from, int to, float[] w) {
    for (int r = 0; r < x.count(); r++) {
      FloatVector sum = FloatVector.zero(S);
      for (int i = from; i < to; i += LANES) {
        FloatVector g = dy.any(r, i).mul(FloatVector.fromArray(S, w, i));
        sum = x.any(r, i).fma(g, Carried.of(sum));
      }
      Carried.of(sum).intoArray(lanes, r * LANES);
    }
  }

  /// dx = scale·(dy·w − x·slope)
  static void project(Rows dx, Rows dy, Rows x, float[] w, float[] scales, float[] slopes) {
    for (int r = 0; r < x.count(); r++) {
      for (int i = 0; i < w.length; i += LANES) {
        FloatVector g = dy.any(r, i).mul(FloatVector.fromArray(S, w, i));
        FloatVector slope = FloatVector.broadcast(S, -slopes[r]);
        dx.putAny(x.any(r, i).fma(slope, g).mul(scales[r]), r, i);
      }
    }
  }

  /// dweight += Σ dy·x̂ over the rows, first to last.
  static void accumulate(float[] dweight, Rows dy, Rows x, float[] scales) {
    for (int i = 0; i < dweight.length; i += LANES) {
      FloatVector sum = FloatVector.fromArray(S, dweight, i);
      for (int r = 0; r < x.count(); r++) {
        sum = x.any(r, i).mul(scales[r]).fma(dy.any(r, i), Carried.of(sum));
      }
      Carried.of(sum).intoArray(dweight, i);
    }
  }
}
