package cadj.kernels.vectormath;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.unary.Erf;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;

/// Each function over every k-th float of its range, both signs where it has them, against double
/// precision, with the bound its documentation states.
class VectorMathTest {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;

  @Test
  void exp() {
    check("exp", Exp::exp, Math::exp, -87.3f, 88.7f, 1e-7, 0);
    check("exp, subnormal", Exp::exp, Math::exp, -110f, -87f, 1e-7, Float.MIN_VALUE);
    special(
        Exp::exp,
        new float[] {0, -0f, -INF, INF, NAN, 88.73f, 1e30f, -1e30f, -104},
        new float[] {1, 1, 0, INF, NAN, INF, INF, 0, 0});
  }

  @Test
  void expNonPositive() {
    check("expNonPositive", Exp::expNonPositive, Math::exp, -87f, -0f, 1e-7, 0);
    special(
        Exp::expNonPositive,
        new float[] {0, -0f, -INF, NAN, -87.1f, -1e30f},
        new float[] {1, 1, 0, NAN, 0, 0});
  }

  @Test
  void exp2NonPositive() {
    check("exp2NonPositive", Exp::exp2NonPositive, x -> Math.pow(2, x), -126f, -0f, 1e-7, 0);
    special(
        Exp::exp2NonPositive,
        new float[] {0, -0f, -1, -INF, NAN, -126.1f},
        new float[] {1, 1, 0.5f, 0, NAN, 0});
  }

  @Test
  void log() {
    check("log", Log::log, Math::log, Float.MIN_VALUE, Float.MAX_VALUE, 1e-7, 0);
    special(
        Log::log,
        new float[] {1, 0, -0f, -1, -INF, INF, NAN},
        new float[] {0, -INF, -INF, NAN, NAN, INF, NAN});
  }

  @Test
  void sigmoid() {
    DoubleUnaryOperator exact = x -> 1 / (1 + Math.exp(-x));
    check("sigmoid", Sigmoid::sigmoid, exact, -87f, 100f, 2e-7, 0);
    check("sigmoid", Sigmoid::sigmoid, exact, -100f, -87f, 0, 2e-38);
    special(
        Sigmoid::sigmoid,
        new float[] {0, 100, -100, INF, -INF, NAN},
        new float[] {0.5f, 1, 0, 1, 0, NAN});
    check(
        "slope",
        Sigmoid::slope,
        x -> exact.applyAsDouble(x) * exact.applyAsDouble(-x),
        -87f,
        87f,
        4e-7,
        0);
    special(
        Sigmoid::slope,
        new float[] {0, 100, -100, INF, -INF, NAN},
        new float[] {0.25f, 0, 0, 0, 0, NAN});
  }

  @Test
  void swishSlope() {
    check(
        "swishSlope",
        Sigmoid::swishSlope,
        x -> (1 + x / (1 + Math.exp(x))) / (1 + Math.exp(-x)),
        -100f,
        100f,
        0,
        3e-7);
  }

  @Test
  void sinCos() {
    check("sin", SinCos::sin, Math::sin, -1e5f, 1e5f, 2e-7, 0);
    check("cos", SinCos::cos, Math::cos, -1e5f, 1e5f, 2e-7, 0);
    check("sin, huge", SinCos::sin, Math::sin, 1e5f, 1e30f, 2e-7, 0);
    check("cos, huge", SinCos::cos, Math::cos, -1e30f, -1e5f, 2e-7, 0);
    special(SinCos::sin, new float[] {0, INF, -INF, NAN}, new float[] {0, NAN, NAN, NAN});
    special(SinCos::cos, new float[] {0, INF, -INF, NAN}, new float[] {1, NAN, NAN, NAN});
  }

  @Test
  void normal() {
    DoubleUnaryOperator cdf = x -> 0.5 * Erf.erfc(-x * Math.sqrt(0.5));
    DoubleUnaryOperator bell = x -> Math.exp(-0.5 * x * x);
    UnaryOperator<FloatVector> fast = x -> Normal.cdf(x, Normal.bell(x));
    check("bell", Normal::bell, bell, -13.1f, 13.1f, 2e-7, 0);
    check("bell", Normal::bell, bell, 13.1f, 20f, 0, 1e-37);
    check("cdf", fast, cdf, -13f, 13f, 6e-7, 0);
    check("cdf", fast, cdf, -20f, -13f, 0, 1e-37);
    check("gelu", Normal::gelu, x -> x * cdf.applyAsDouble(x), -13f, 1e6f, 6e-7, 1e-45);
    check(
        "geluSlope",
        Normal::geluSlope,
        x -> cdf.applyAsDouble(x) + x * bell.applyAsDouble(x) / Math.sqrt(2 * Math.PI),
        -30f,
        30f,
        0,
        3e-7);
    special(fast, new float[] {INF, -INF, NAN}, new float[] {1, 0, NAN});
    special(Normal::bell, new float[] {0, INF, -INF, NAN}, new float[] {1, 0, 0, NAN});
  }

  @Test
  void tanhGelu() {
    DoubleUnaryOperator exact =
        x -> x / (1 + Math.exp(-Math.sqrt(8 / Math.PI) * (x + 0.044715 * x * x * x)));
    check("value", TanhGelu::value, exact, -9.9f, 1e30f, 3e-7, 1e-45);
    check("value, tail", TanhGelu::value, exact, -1e30f, -9.9f, 0, 2e-37);
    check(
        "slope",
        TanhGelu::slope,
        x -> {
          double u = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
          double du = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
          double t = Math.tanh(u);
          return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du;
        },
        -1e30f,
        1e30f,
        0,
        3e-7);
    special(
        TanhGelu::value,
        new float[] {0, -0f, 1e4f, -1e4f, INF, -INF, NAN},
        new float[] {0, -0f, 1e4f, -0f, INF, NAN, NAN});
    special(
        TanhGelu::slope,
        new float[] {0, -0f, 1e4f, -1e4f, INF, -INF, NAN},
        new float[] {0.5f, 0.5f, 1, 0, NAN, NAN, NAN});
  }

  private static void special(UnaryOperator<FloatVector> f, float[] in, float[] expected) {
    for (int i = 0; i < in.length; i++) {
      FloatVector y = f.apply(FloatVector.broadcast(S, 1f).withLane(S.length() - 1, in[i]));
      assertEquals(expected[i], y.lane(S.length() - 1), "f(" + in[i] + ")");
    }
  }

  private static void check(
      String name,
      UnaryOperator<FloatVector> fast,
      DoubleUnaryOperator exact,
      float from,
      float to,
      double relative,
      double absolute) {
    FloatSweep.check(
        name,
        S.length(),
        x -> fast.apply(FloatVector.fromArray(S, x, 0)).toArray(),
        exact,
        from,
        to,
        FloatSweep.relative(relative, absolute));
  }
}
