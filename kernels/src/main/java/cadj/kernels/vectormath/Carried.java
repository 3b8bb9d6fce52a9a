package cadj.kernels.vectormath;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// A vector that a loop carries from one round to the next, such as a sum.
///
/// What a method of the Vector API returns the compiler knows to be of one class; at the head of a
/// loop it forgets that, and calls that vector's methods as those of any. It then depends on what
/// it has seen these methods called for, and when it was asked, whether they are inlined. Said
/// again, the class is known.
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
