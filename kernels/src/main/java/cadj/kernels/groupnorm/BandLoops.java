package cadj.kernels.groupnorm;

import cadj.kernels.vectormath.Affine;
import cadj.kernels.vectormath.Sigmoid;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The inner loops: over `n` floats from `at`, whole bands of `width` floats, with one value or one
/// sum per lane of a band.
final class BandLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private BandLoops() {}

  /// sum += x.
  static void sum(float[] sum, float[] x, int at, int n) {
    for (int from = at; from < at + n; from += sum.length) {
      for (int i = 0; i < sum.length; i += S.length()) {
        FloatVector.fromArray(S, sum, i)
            .add(FloatVector.fromArray(S, x, from + i))
            .intoArray(sum, i);
      }
    }
  }

  /// sum += x − centre, squares += (x − centre)².
  static void deviations(float[] sum, float[] squares, float[] x, int at, int n, float[] centre) {
    for (int from = at; from < at + n; from += sum.length) {
      for (int i = 0; i < sum.length; i += S.length()) {
        FloatVector d =
            FloatVector.fromArray(S, x, from + i).sub(FloatVector.fromArray(S, centre, i));
        FloatVector.fromArray(S, sum, i).add(d).intoArray(sum, i);
        d.fma(d, FloatVector.fromArray(S, squares, i)).intoArray(squares, i);
      }
    }
  }

  /// sum += dy, products += dy·(x − centre).
  static void gradients(
      float[] sum,
      float[] products,
      float[] dy,
      int dyAt,
      float[] x,
      int xAt,
      int n,
      float[] centre) {
    for (int from = 0; from < n; from += sum.length) {
      for (int i = 0; i < sum.length; i += S.length()) {
        FloatVector g = FloatVector.fromArray(S, dy, dyAt + from + i);
        FloatVector d =
            FloatVector.fromArray(S, x, xAt + from + i).sub(FloatVector.fromArray(S, centre, i));
        FloatVector.fromArray(S, sum, i).add(g).intoArray(sum, i);
        g.fma(d, FloatVector.fromArray(S, products, i)).intoArray(products, i);
      }
    }
  }

  /// y = a·(x − centre) + b.
  static void affine(
      float[] y, int yAt, float[] x, int xAt, int n, float[] centre, float[] a, float[] b) {
    for (int from = 0; from < n; from += centre.length) {
      for (int i = 0; i < centre.length; i += S.length()) {
        Affine.of(x, xAt + from + i, centre, a, b, i).intoArray(y, yAt + from + i);
      }
    }
  }

  /// y = z·sigmoid(z), z = a·(x − centre) + b.
  static void silu(
      float[] y, int yAt, float[] x, int xAt, int n, float[] centre, float[] a, float[] b) {
    for (int from = 0; from < n; from += centre.length) {
      for (int i = 0; i < centre.length; i += S.length()) {
        FloatVector z = Affine.of(x, xAt + from + i, centre, a, b, i);
        z.mul(Sigmoid.sigmoid(z)).intoArray(y, yAt + from + i);
      }
    }
  }

  /// dz = dy·d/dz z·sigmoid(z), z as in [#silu].
  static void siluSlopes(
      float[] dz,
      int dzAt,
      float[] dy,
      int dyAt,
      float[] x,
      int xAt,
      int n,
      float[] centre,
      float[] a,
      float[] b) {
    for (int from = 0; from < n; from += centre.length) {
      for (int i = 0; i < centre.length; i += S.length()) {
        FloatVector slope = Sigmoid.swishSlope(Affine.of(x, xAt + from + i, centre, a, b, i));
        FloatVector.fromArray(S, dy, dyAt + from + i).mul(slope).intoArray(dz, dzAt + from + i);
      }
    }
  }

  /// dx = a·dy + s·(x − centre) + b.
  static void project(
      float[] dx,
      int dxAt,
      float[] dy,
      int dyAt,
      float[] x,
      int xAt,
      int n,
      float[] centre,
      float[] a,
      float[] s,
      float[] b) {
    for (int from = 0; from < n; from += centre.length) {
      for (int i = 0; i < centre.length; i += S.length()) {
        FloatVector slope = Affine.of(x, xAt + from + i, centre, s, b, i);
        FloatVector.fromArray(S, dy, dyAt + from + i)
            .fma(FloatVector.fromArray(S, a, i), slope)
            .intoArray(dx, dxAt + from + i);
      }
    }
  }
}
