package cadj.kernels.vectormath;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// y ← y + a·x on contiguous runs, fused: BLAS's `saxpy`.
///
/// Each element is rounded once, by a fused multiply-add, in vectors and in the remainder alike, so
/// a result does not depend on where a run was cut.
public final class Axpy {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private Axpy() {}

  /// y[yAt+i] ← y[yAt+i] + a·x[xAt+i] for i < n.
  public static void run(float[] y, int yAt, float a, float[] x, int xAt, int n) {
    FloatVector factor = FloatVector.broadcast(SPECIES, a);
    int i = 0;
    for (; i <= n - SPECIES.length(); i += SPECIES.length()) {
      FloatVector sum = FloatVector.fromArray(SPECIES, y, yAt + i);
      FloatVector.fromArray(SPECIES, x, xAt + i).fma(factor, sum).intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = Math.fma(a, x[xAt + i], y[yAt + i]);
    }
  }
}
