package cadj.kernels.vectormath;

import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Floats in double precision: a vector of floats is two of doubles.
///
/// A vector of half as many floats would do for one of doubles, but it is of another class. Once
/// that is in the type profiles of methods that all vectors of floats share, such as
/// `FloatVector.intoArray`, these are not inlined where the compiler relies on profiles, and
/// vectors go to the heap there.
public final class Doubles {
  public static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

  private static final VectorShuffle<Float> UPPER_FIRST =
      VectorShuffle.iota(FloatVector.SPECIES_PREFERRED, SPECIES.length(), 1, true);

  private Doubles() {}

  /// The first half of the lanes.
  public static DoubleVector lower(FloatVector v) {
    return (DoubleVector) v.convertShape(F2D, SPECIES, 0);
  }

  /// The second half of the lanes. (`convertShape` would do, by a dozen operations.)
  public static DoubleVector upper(FloatVector v) {
    return lower(v.rearrange(UPPER_FIRST));
  }
}
