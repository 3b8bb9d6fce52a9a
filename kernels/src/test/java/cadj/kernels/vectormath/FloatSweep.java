package cadj.kernels.vectormath;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/// Every k-th float of a range, both signs where it has them, to try a function on.
final class FloatSweep {
  /// Odd, so that samples hit all lanes and mantissas.
  private static final int STRIDE = 5003;

  private static final float INF = Float.POSITIVE_INFINITY;

  private FloatSweep() {}

  /// How far a result may be off, given the exact one.
  @FunctionalInterface
  interface Bound {
    double at(double exact);
  }

  /// A share of the result, and an amount.
  static Bound relative(double relative, double absolute) {
    return exact -> relative * Math.abs(exact) + absolute;
  }

  /// Units in the last place of the float nearest to the result.
  static Bound ulps(double units) {
    return exact -> units * Math.ulp((float) exact);
  }

  /// @param lanes number of values that `fast` takes, or a multiple
  static void check(
      String name,
      int lanes,
      UnaryOperator<float[]> fast,
      DoubleUnaryOperator exact,
      float from,
      float to,
      Bound bound) {
    float[] x = new float[lanes];
    double worst = 0;
    float at = from;
    int samples = 0;
    for (long k = order(from); k <= order(to); k += (long) STRIDE * lanes) {
      for (int i = 0; i < lanes; i++) {
        x[i] = Math.clamp(unorder(k + (long) i * STRIDE), from, to);
      }
      float[] y = fast.apply(x);
      for (int i = 0; i < lanes; i++) {
        double expected = exact.applyAsDouble(x[i]);
        double error = Math.abs(y[i] - expected);
        double share = error == 0 ? 0 : error / bound.at(expected);
        samples++;
        if (!(share <= worst)) {
          worst = share;
          at = x[i];
        }
      }
    }
    assertTrue(samples > 300, name + ": only " + samples + " samples");
    assertTrue(worst <= 1, "%s(%s): error %.3f of its bound".formatted(name, at, worst));
  }

  /// Floats as integers in their own order, −0 just below 0.
  private static long order(float x) {
    int bits = Float.floatToRawIntBits(x);
    return bits >= 0 ? bits : -1L - (bits & 0x7fffffff);
  }

  private static float unorder(long k) {
    long capped = Math.min(k, Float.floatToRawIntBits(INF));
    return Float.intBitsToFloat(capped >= 0 ? (int) capped : (int) (-1L - capped) | 0x80000000);
  }
}
