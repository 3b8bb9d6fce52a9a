package cadj.kernels.emulator.arithmetic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rounding against exact arithmetic in decimal numbers, over all exponents.
class RoundingTest {
  private static final int SAMPLES = 20_000;
  private static final MathContext MANY = new MathContext(120);

  /// Finite floats of all sizes, or near 1 so that sums and products meet.
  private static float random(Random random) {
    if (random.nextInt(3) == 0) {
      return (random.nextInt(1 << 12) - (1 << 11)) / 512f;
    }
    float value = Float.intBitsToFloat(random.nextInt());
    return Float.isFinite(value) ? value : random.nextFloat();
  }

  /// The exact value rounded by looking at the floats around it.
  private static float rounded(BigDecimal exact, int direction) {
    float below = (float) exact.doubleValue();
    if (Float.isInfinite(below)) {
      below = below > 0 ? Float.MAX_VALUE : -Float.MAX_VALUE;
    }
    while (new BigDecimal(below).compareTo(exact) > 0) {
      below = Math.nextDown(below);
      if (Float.isInfinite(below)) {
        break;
      }
    }
    while (Float.isFinite(Math.nextUp(below))
        && new BigDecimal(Math.nextUp(below)).compareTo(exact) <= 0) {
      below = Math.nextUp(below);
    }
    if (Float.isFinite(below) && new BigDecimal(below).compareTo(exact) == 0) {
      return below;
    }
    float above = Math.nextUp(below);
    return switch (direction) {
      case Rounding.DOWN -> below;
      case Rounding.UP -> above;
      default -> exact.signum() > 0 ? below : above;
    };
  }

  private static void check(String what, BigDecimal exact, float actual, int direction) {
    if (exact.signum() != 0) {
      float expected = rounded(exact, direction);
      assertEquals(expected, actual, what + " in direction " + direction);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Rounding.ZERO, Rounding.DOWN, Rounding.UP})
  void arithmetic(int direction) {
    Random random = new Random(direction);
    for (int i = 0; i < SAMPLES; i++) {
      float a = random(random);
      float b = random(random);
      float c = random(random);
      BigDecimal x = new BigDecimal(a);
      BigDecimal y = new BigDecimal(b);
      BigDecimal z = new BigDecimal(c);
      String what = a + ", " + b + ", " + c;
      check(what + ": +", x.add(y), Rounding.add(a, b, direction), direction);
      check(what + ": -", x.subtract(y), Rounding.sub(a, b, direction), direction);
      check(what + ": *", x.multiply(y), Rounding.mul(a, b, direction), direction);
      check(what + ": fma", x.multiply(y).add(z), Rounding.fma(a, b, c, direction), direction);
      if (b != 0) {
        check(what + ": /", x.divide(y, MANY), Rounding.div(a, b, direction), direction);
      }
      if (a > 0) {
        check(what + ": root", x.sqrt(MANY), Rounding.sqrt(a, direction), direction);
      }
    }
  }

  /// All finite values of a 16-bit format, with their bits.
  private static NavigableMap<Double, Integer> values(IntToDoubleFunction format) {
    NavigableMap<Double, Integer> values = new TreeMap<>();
    for (int bits = 0; bits < 1 << 16; bits++) {
      double value = format.applyAsDouble(bits);
      if (Double.isFinite(value)) {
        values.put(value, bits);
      }
    }
    return values;
  }

  private interface Narrow {
    int of(double x, int direction);
  }

  private static void checkFormat(IntToDoubleFunction format, double largest, Narrow narrow) {
    NavigableMap<Double, Integer> values = values(format);
    Random random = new Random(5);
    for (int i = 0; i < SAMPLES; i++) {
      double x = random(random) * Math.scalb(1 + random.nextDouble(), random.nextInt(20) - 10);
      if (random.nextInt(4) == 0) {
        // Between two neighbours, or a hair off.
        double low = format.applyAsDouble(random.nextInt(1 << 14));
        x = (low + values.higherKey(low)) / 2;
        x = random.nextBoolean() ? x : random.nextBoolean() ? Math.nextUp(x) : Math.nextDown(x);
      }
      if (x == 0 || Math.abs(x) > largest) {
        continue;
      }
      double below = values.floorKey(x);
      double above = values.ceilingKey(x);
      double nearest =
          x - below < above - x || (x - below == above - x && (values.get(below) & 1) == 0)
              ? below
              : above;
      assertEquals(nearest, format.applyAsDouble(narrow.of(x, Rounding.NEAREST_EVEN)), "" + x);
      assertEquals(below, format.applyAsDouble(narrow.of(x, Rounding.DOWN)), "" + x);
      assertEquals(above, format.applyAsDouble(narrow.of(x, Rounding.UP)), "" + x);
      assertEquals(
          x > 0 ? below : above, format.applyAsDouble(narrow.of(x, Rounding.ZERO)), "" + x);
    }
  }

  @Test
  void halfPrecision() {
    checkFormat(bits -> Float.float16ToFloat((short) bits), 65504, Rounding::toF16);
  }

  @Test
  void brainHalfPrecision() {
    checkFormat(bits -> Float.intBitsToFloat(bits << 16), 0x1.fep127, Rounding::toBf16);
  }

  /// Fused operations of halves round once.
  @Test
  void fusedHalves() {
    NavigableMap<Double, Integer> values = values(bits -> Float.float16ToFloat((short) bits));
    Random random = new Random(6);
    for (int i = 0; i < SAMPLES; i++) {
      int a = random.nextInt(1 << 16);
      int b = random.nextInt(1 << 16);
      int c = random.nextInt(1 << 16);
      double x = HalfPrecision.F16.value(a);
      double y = HalfPrecision.F16.value(b);
      double z = HalfPrecision.F16.value(c);
      if (!Double.isFinite(x + y + z)) {
        continue;
      }
      BigDecimal exact = new BigDecimal(x).multiply(new BigDecimal(y)).add(new BigDecimal(z));
      if (exact.signum() == 0 || exact.abs().doubleValue() > 65504) {
        continue;
      }
      double below = values.floorKey(exact.doubleValue());
      while (new BigDecimal(below).compareTo(exact) > 0) {
        below = values.lowerKey(below);
      }
      double above = new BigDecimal(below).compareTo(exact) == 0 ? below : values.higherKey(below);
      int order =
          exact.subtract(new BigDecimal(below)).compareTo(new BigDecimal(above).subtract(exact));
      double nearest = order < 0 || (order == 0 && (values.get(below) & 1) == 0) ? below : above;
      assertEquals(
          nearest,
          HalfPrecision.F16.value(Halves.fma(a, b, c, HalfPrecision.F16)),
          x + "*" + y + "+" + z);
    }
  }
}
