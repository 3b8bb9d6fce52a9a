package cadj.kernels.vectormath;

import static jdk.incubator.vector.VectorOperators.F2D;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Floats in double precision: a vector of floats is two of doubles.
///
/// Vectors of half as many floats would do for one of doubles, but they are of another class, which
/// would then be in the profiles of the methods that all have in common, such as
/// `FloatVector.intoArray`: what goes into an array after a loop would be boxed, wherever it is, if
/// the program has met that class often enough by then.
public final class Doubles {
  public static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

  private Doubles() {}

  /// The first half of the lanes.
  public static DoubleVector lower(FloatVector v) {
    return (DoubleVector) v.convertShape(F2D, SPECIES, 0);
  }

  /// The second half of the lanes.
  public static DoubleVector upper(FloatVector v) {
    return (DoubleVector) v.convertShape(F2D, SPECIES, 1);
  }
}
