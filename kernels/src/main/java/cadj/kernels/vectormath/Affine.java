package cadj.kernels.vectormath;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// What a normalization does to a vector of channels.
public final class Affine {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private Affine() {}

  /// a·(x − centre) + b of the vector at `at` of x and `i` of the others.
  public static FloatVector of(float[] x, int at, float[] centre, float[] a, float[] b, int i) {
    return FloatVector.fromArray(S, x, at)
        .sub(FloatVector.fromArray(S, centre, i))
        .fma(FloatVector.fromArray(S, a, i), FloatVector.fromArray(S, b, i));
  }
}
