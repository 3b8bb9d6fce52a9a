package cadj.kernels.emulator.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/// Errors of approximate functions: within what the PTX manual states, close to it, others with
/// another seed, none with seed 0.
final class ApproximateTest {
  private static final int TRIES = 20_000;

  private interface Function {
    float of(float a, int seed);
  }

  /// @param relative largest relative error, or 0
  /// @param absolute largest absolute error, or 0
  private static void check(
      Function function,
      DoubleUnaryOperator exact,
      double from,
      double to,
      double relative,
      double absolute) {
    Random random = new Random(3);
    double worst = 0;
    int others = 0;
    for (int i = 0; i < TRIES; i++) {
      float a = (float) (from + (to - from) * random.nextDouble());
      double wanted = exact.applyAsDouble(a);
      assertEquals(wanted, function.of(a, 0), Math.ulp((float) wanted), "exact with seed 0");
      float got = function.of(a, 1);
      assertEquals(got, function.of(a, 1), "the same each time");
      others += got == function.of(a, 2) ? 0 : 1;
      worst = Math.max(worst, Math.abs(got - wanted) / (relative * Math.abs(wanted) + absolute));
    }
    assertTrue(worst <= 1 && worst > 0.9, "worst error of what is allowed: " + worst);
    assertTrue(others > TRIES / 4, "others with another seed: " + others);
  }

  @Test
  void errorsAreTheManuals() {
    check(Approximate::rcp, a -> 1 / a, 1e-3, 1e3, 0x1p-23, 0);
    check(Approximate::sqrt, Math::sqrt, 1e-3, 1e3, 0x1p-23, 0);
    check(Approximate::rsqrt, a -> 1 / Math.sqrt(a), 1e-3, 1e3, Math.pow(2, -22.9), 0);
    check(Approximate::ex2, a -> Math.pow(2, a), -20, 20, 0x1p-22, 0);
    check(Approximate::lg2, a -> Math.log(a) / Math.log(2), 2.1, 1e3, 0x1p-22, 0);
    check(Approximate::lg2, a -> Math.log(a) / Math.log(2), 0.51, 1.99, 0, 0x1p-22);
    check(Approximate::sin, Math::sin, -6, 6, 0, Math.pow(2, -20.5));
    check(Approximate::cos, Math::cos, -6, 6, 0, Math.pow(2, -20.5));
    check(Approximate::tanh, Math::tanh, -2, 2, 0x1p-11, 0);
    check((a, seed) -> Approximate.div(3, a, seed), a -> 3 / a, 1e-3, 1e3, 0x1p-22, 0);
  }

  @Test
  void limitsAreExact() {
    assertEquals(1, Approximate.ex2(0, 7));
    assertEquals(0, Approximate.ex2(Float.NEGATIVE_INFINITY, 7));
    assertEquals(Float.POSITIVE_INFINITY, Approximate.rcp(0, 7));
    assertEquals(0, Approximate.rcp(Float.POSITIVE_INFINITY, 7));
    assertEquals(Float.NEGATIVE_INFINITY, Approximate.lg2(0, 7));
    assertEquals(Float.NaN, Approximate.lg2(-1, 7));
    assertEquals(Float.NaN, Approximate.ex2(Float.NaN, 7));
    assertEquals(-0f, Approximate.sin(-0f, 7));
    for (int seed = 1; seed < 50; seed++) {
      assertTrue(Approximate.tanh(100, seed) <= 1);
    }
  }
}
