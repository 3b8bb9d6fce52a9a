package cadj.kernels.unary;

import static jdk.incubator.vector.VectorOperators.LE;

import cadj.kernels.vectormath.Exp;
import cadj.kernels.vectormath.Log;
import cadj.kernels.vectormath.Normal;
import cadj.kernels.vectormath.Sigmoid;
import cadj.kernels.vectormath.SinCos;
import cadj.kernels.vectormath.TanhGelu;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// y = f(x), a vector at a time: one loop for each function.
///
/// Each loop is a method of its own, so that the compiler sees one small body with everything
/// inlined; vectors passed between methods that are not would live on the heap.
final class UnaryValues {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private static final float QUICK = 1.702f;

  private UnaryValues() {}

  /// y[0 … n) from x[0 … n), n a multiple of the lane count.
  static void loop(Unary f, float[] y, int yAt, float[] x, int xAt, int n) {
    switch (f) {
      case NEG -> neg(y, yAt, x, xAt, n);
      case EXP -> exp(y, yAt, x, xAt, n);
      case LOG -> log(y, yAt, x, xAt, n);
      case SQRT -> sqrt(y, yAt, x, xAt, n);
      case SQUARE -> square(y, yAt, x, xAt, n);
      case SIN -> sin(y, yAt, x, xAt, n);
      case COS -> cos(y, yAt, x, xAt, n);
      case SIGMOID -> sigmoid(y, yAt, x, xAt, n);
      case SILU -> silu(y, yAt, x, xAt, n);
      case GELU -> gelu(y, yAt, x, xAt, n);
      case GELU_TANH -> geluTanh(y, yAt, x, xAt, n);
      case QUICK_GELU -> quickGelu(y, yAt, x, xAt, n);
      case RELU -> relu(y, yAt, x, xAt, n);
    }
  }

  private static void neg(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      v.neg().intoArray(y, yAt + i);
    }
  }

  private static void exp(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      Exp.exp(v).intoArray(y, yAt + i);
    }
  }

  private static void log(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      Log.log(v).intoArray(y, yAt + i);
    }
  }

  private static void sqrt(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      v.sqrt().intoArray(y, yAt + i);
    }
  }

  private static void square(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      v.mul(v).intoArray(y, yAt + i);
    }
  }

  private static void sin(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      SinCos.sin(v).intoArray(y, yAt + i);
    }
  }

  private static void cos(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      SinCos.cos(v).intoArray(y, yAt + i);
    }
  }

  private static void sigmoid(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      Sigmoid.sigmoid(v).intoArray(y, yAt + i);
    }
  }

  private static void silu(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      v.mul(Sigmoid.sigmoid(v)).intoArray(y, yAt + i);
    }
  }

  private static void gelu(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      Normal.gelu(v).intoArray(y, yAt + i);
    }
  }

  private static void geluTanh(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      TanhGelu.value(v).intoArray(y, yAt + i);
    }
  }

  private static void quickGelu(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      v.mul(Sigmoid.sigmoid(v.mul(QUICK))).intoArray(y, yAt + i);
    }
  }

  private static void relu(float[] y, int yAt, float[] x, int xAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, x, xAt + i);
      v.blend(0f, v.compare(LE, 0f)).intoArray(y, yAt + i);
    }
  }
}
