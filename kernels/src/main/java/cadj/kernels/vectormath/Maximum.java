package cadj.kernels.vectormath;

import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.FloatVector;

/// The larger of two vectors, lane by lane.
public final class Maximum {
  private Maximum() {}

  /// NaN in `s` is ignored, NaN in `m` stays: who calls this meets NaN elsewhere. So this is one
  /// comparison, where the Vector API's maximum takes three instructions.
  public static FloatVector of(FloatVector m, FloatVector s) {
    return m.blend(s, s.compare(GT, m));
  }
}
