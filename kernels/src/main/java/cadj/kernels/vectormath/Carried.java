package cadj.kernels.vectormath;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// A loop-carried vector, such as a sum.
///
/// The compiler knows the exact class of what a method of the Vector API returns, but not of a
/// variable at the head of a loop, where two values meet. A method called on it is then inlined by
/// the type profile alone, if there is one by the time the loop is compiled, and otherwise the
/// vector goes to the heap in each iteration. A cast restores the class.
public final class Carried {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED;

  private Carried() {}

  /// `v`, which is of the preferred species.
  public static FloatVector of(FloatVector v) {
    return (FloatVector) S.vectorType().cast(v);
  }

  /// `v`, which is of the preferred species.
  public static DoubleVector of(DoubleVector v) {
    return (DoubleVector) D.vectorType().cast(v);
  }
}
