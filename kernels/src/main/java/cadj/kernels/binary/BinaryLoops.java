package cadj.kernels.binary;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The loops of [BinaryVector] over contiguous runs, as far as whole vectors go; each returns how
/// many of the n steps it took.
///
/// Written out because the compiler neither lifts a choice of function out of a loop nor keeps
/// vectors in registers across a call it does not inline.
final class BinaryLoops {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private BinaryLoops() {}

  static int add(float[] y, int yAt, float[] a, int aAt, float[] b, int bAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, aAt + i);
      v.add(FloatVector.fromArray(SPECIES, b, bAt + i)).intoArray(y, yAt + i);
    }
    return i;
  }

  static int sub(float[] y, int yAt, float[] a, int aAt, float[] b, int bAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, aAt + i);
      v.sub(FloatVector.fromArray(SPECIES, b, bAt + i)).intoArray(y, yAt + i);
    }
    return i;
  }

  static int mul(float[] y, int yAt, float[] a, int aAt, float[] b, int bAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, aAt + i);
      v.mul(FloatVector.fromArray(SPECIES, b, bAt + i)).intoArray(y, yAt + i);
    }
    return i;
  }

  static int div(float[] y, int yAt, float[] a, int aAt, float[] b, int bAt, int n) {
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, aAt + i);
      v.div(FloatVector.fromArray(SPECIES, b, bAt + i)).intoArray(y, yAt + i);
    }
    return i;
  }

  static int add(float[] y, int yAt, float[] a, int aAt, float b, int n) {
    FloatVector constant = FloatVector.broadcast(SPECIES, b);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, a, aAt + i).add(constant).intoArray(y, yAt + i);
    }
    return i;
  }

  static int mul(float[] y, int yAt, float[] a, int aAt, float b, int n) {
    FloatVector constant = FloatVector.broadcast(SPECIES, b);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, a, aAt + i).mul(constant).intoArray(y, yAt + i);
    }
    return i;
  }

  static int div(float[] y, int yAt, float[] a, int aAt, float b, int n) {
    FloatVector constant = FloatVector.broadcast(SPECIES, b);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      FloatVector.fromArray(SPECIES, a, aAt + i).div(constant).intoArray(y, yAt + i);
    }
    return i;
  }

  static int sub(float[] y, int yAt, float a, float[] b, int bAt, int n) {
    FloatVector constant = FloatVector.broadcast(SPECIES, a);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      constant.sub(FloatVector.fromArray(SPECIES, b, bAt + i)).intoArray(y, yAt + i);
    }
    return i;
  }

  static int div(float[] y, int yAt, float a, float[] b, int bAt, int n) {
    FloatVector constant = FloatVector.broadcast(SPECIES, a);
    int i = 0;
    for (; i <= n - LANES; i += LANES) {
      constant.div(FloatVector.fromArray(SPECIES, b, bAt + i)).intoArray(y, yAt + i);
    }
    return i;
  }
}
