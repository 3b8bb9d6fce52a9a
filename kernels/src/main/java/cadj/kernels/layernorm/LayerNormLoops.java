package cadj.kernels.layernorm;

import cadj.kernels.vectormath.Carried;
import cadj.kernels.vectormath.Rows;
import cadj.kernels.vectormath.SumLoops;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The loops of [LayerNormVector] over some rows, which are compiled by themselves, see
/// [cadj.kernels.vectormath].
final class LayerNormLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = S.length();

  private LayerNormLoops() {}

  /// y = scale·(x − high − low)·w + b
  static void scaleAndShift(
      Rows y, Rows x, float[] high, float[] low, float[] scales, float[] w, float[] b) {
    for (int r = 0; r < x.count(); r++) {
      for (int i = 0; i < w.length; i += LANES) {
        FloatVector xhat = x.any(r, i).sub(high[r]).sub(low[r]).mul(scales[r]);
        FloatVector result =
            xhat.fma(FloatVector.fromArray(S, w, i), FloatVector.fromArray(S, b, i));
        y.putAny(result, r, i);
      }
    }
  }

  /// dweight += Σ dy·x̂, dbias += Σ dy over the rows, first to last.
  static void accumulate(
      float[] dweight, float[] dbias, Rows dy, Rows x, float[] means, float[] scales) {
    for (int i = 0; i < dweight.length; i += LANES) {
      FloatVector weights = FloatVector.fromArray(S, dweight, i);
      FloatVector biases = FloatVector.fromArray(S, dbias, i);
      for (int r = 0; r < x.count(); r++) {
        FloatVector g = dy.any(r, i);
        FloatVector xhat = x.any(r, i).sub(means[r]).mul(scales[r]);
        weights = g.fma(xhat, Carried.of(weights));
        biases = g.add(Carried.of(biases));
      }
      Carried.of(weights).intoArray(dweight, i);
      Carried.of(biases).intoArray(dbias, i);
    }
  }

  /// sums += Σ g and sumsByX += Σ g·(x − mean) of each row, where g = dy·w.
  static void addSums(double[] sums, double[] sumsByX, Rows dy, Rows x, float[] w, float[] means) {
    float[] lanes = new float[means.length * LANES];
    float[] lanesByX = new float[means.length * LANES];
    for (int from = 0; from < w.length; from += SumLoops.RUN) {
      sum(lanes, lanesByX, dy, x, from, Math.min(w.length, from + SumLoops.RUN), w, means);
      SumLoops.addLanes(sums, lanes);
      SumLoops.addLanes(sumsByX, lanesByX);
    }
  }

  /// Lane by lane Σ g and Σ g·(x − mean) of columns `from` … `to − 1`, where g = dy·w.
  private static void sum(
      float[] lanes,
      float[] lanesByX,
      Rows dy,
      Rows x,
      int from,
      int to,
      float[] w,
      float[] means) {
    for (int r = 0; r < x.count(); r++) {
      FloatVector sum = FloatVector.zero(S);
      FloatVector sumByX = FloatVector.zero(S);
      for (int i = from; i < to; i += LANES) {
        FloatVector g = dy.any(r, i).mul(FloatVector.fromArray(S, w, i));
        FloatVector centred = x.any(r, i).sub(means[r]);
        sum = g.add(Carried.of(sum));
        sumByX = centred.fma(g, Carried.of(sumByX));
      }
      Carried.of(sum).intoArray(lanes, r * LANES);
      Carried.of(sumByX).intoArray(lanesByX, r * LANES);
    }
  }

  /// dx = scale·(dy·w − gMean − (x − mean)·slope)
  static void project(
      Rows dx,
      Rows dy,
      Rows x,
      float[] w,
      float[] means,
      float[] scales,
      float[] gMeans,
      float[] slopes) {
    for (int r = 0; r < x.count(); r++) {
      FloatVector minusSlope = FloatVector.broadcast(S, -slopes[r]);
      for (int i = 0; i < w.length; i += LANES) {
        FloatVector centred = dy.any(r, i).mul(FloatVector.fromArray(S, w, i)).sub(gMeans[r]);
        FloatVector result = x.any(r, i).sub(means[r]).fma(minusSlope, centred).mul(scales[r]);
        dx.putAny(result, r, i);
      }
    }
  }
}
