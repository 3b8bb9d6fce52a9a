package cadj.kernels.unary;

import static jdk.incubator.vector.VectorOperators.GT;

import cadj.kernels.vectormath.Exp;
import cadj.kernels.vectormath.Normal;
import cadj.kernels.vectormath.Sigmoid;
import cadj.kernels.vectormath.SinCos;
import cadj.kernels.vectormath.TanhGelu;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// dx = dy·f′(x), a vector at a time: one loop for each function, as in [UnaryValues].
final class UnarySlopes {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private static final float QUICK = 1.702f;

  private UnarySlopes() {}

  /// dx[0 … n) from dy[0 … n) and x[0 … n), n a multiple of the lane count.
  static void loop(Unary f, float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    switch (f) {
      case NEG -> neg(dx, dxAt, dy, dyAt, n);
      case EXP -> exp(dx, dxAt, dy, dyAt, x, xAt, n);
      case LOG -> log(dx, dxAt, dy, dyAt, x, xAt, n);
      case SQRT -> sqrt(dx, dxAt, dy, dyAt, x, xAt, n);
      case SQUARE -> square(dx, dxAt, dy, dyAt, x, xAt, n);
      case SIN -> sin(dx, dxAt, dy, dyAt, x, xAt, n);
      case COS -> cos(dx, dxAt, dy, dyAt, x, xAt, n);
      case SIGMOID -> sigmoid(dx, dxAt, dy, dyAt, x, xAt, n);
      case SILU -> silu(dx, dxAt, dy, dyAt, x, xAt, n);
      case GELU -> gelu(dx, dxAt, dy, dyAt, x, xAt, n);
      case GELU_TANH -> geluTanh(dx, dxAt, dy, dyAt, x, xAt, n);
      case QUICK_GELU -> quickGelu(dx, dxAt, dy, dyAt, x, xAt, n);
      case RELU -> relu(dx, dxAt, dy, dyAt, x, xAt, n);
    }
  }

  private static void neg(float[] dx, int dxAt, float[] dy, int dyAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.neg().intoArray(dx, dxAt + i);
    }
  }

  private static void exp(float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.mul(Exp.exp(v)).intoArray(dx, dxAt + i);
    }
  }

  private static void log(float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.div(v).intoArray(dx, dxAt + i);
    }
  }

  private static void sqrt(float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.div(v.sqrt().mul(2f)).intoArray(dx, dxAt + i);
    }
  }

  private static void square(
      float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.mul(v).mul(2f).intoArray(dx, dxAt + i);
    }
  }

  private static void sin(float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.mul(SinCos.cos(v)).intoArray(dx, dxAt + i);
    }
  }

  private static void cos(float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.mul(SinCos.sin(v)).neg().intoArray(dx, dxAt + i);
    }
  }

  private static void sigmoid(
      float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.mul(Sigmoid.slope(v)).intoArray(dx, dxAt + i);
    }
  }

  private static void silu(float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.mul(Sigmoid.swishSlope(v)).intoArray(dx, dxAt + i);
    }
  }

  private static void gelu(float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.mul(Normal.geluSlope(v)).intoArray(dx, dxAt + i);
    }
  }

  private static void geluTanh(
      float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.mul(TanhGelu.slope(v)).intoArray(dx, dxAt + i);
    }
  }

  private static void quickGelu(
      float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.mul(Sigmoid.swishSlope(v.mul(QUICK))).intoArray(dx, dxAt + i);
    }
  }

  private static void relu(float[] dx, int dxAt, float[] dy, int dyAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      g.mul(FloatVector.zero(S).blend(1f, v.compare(GT, 0f))).intoArray(dx, dxAt + i);
    }
  }
}
