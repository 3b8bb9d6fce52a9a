package cadj.kernels.vectormath;

import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Floats in double precision.
public final class Doubles {
  public static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  private Doubles() {}

  /// As many elements of x, from `at` on, as a vector of doubles has lanes.
  public static DoubleVector of(float[] x, int at) {
    return (DoubleVector) FloatVector.fromArray(FLOATS, x, at).convertShape(F2D, SPECIES, 0);
  }
}
