package cadj.kernels.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.F32;
import cadj.kernels.device.I64;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// What needs no recorded numbers; those are compared with PyTorch's in tensor's golden tests.
final class TorchGeneratorTest {
  /// The check value that the C++ standard gives for `std::mt19937`.
  @Test
  void engineIsMt19937() {
    MersenneTwister engine = new MersenneTwister(5489);
    int last = 0;
    for (int i = 0; i < 10_000; i++) {
      last = engine.next();
    }
    assertEquals(4123659995L, Integer.toUnsignedLong(last));
  }

  @Test
  void joinsWordsUpperFirst() {
    TorchGenerator words = new TorchGenerator(3);
    long upper = words.random32();
    long lower = words.random32();
    assertEquals(upper << 32 | lower, new TorchGenerator(3).random64());
  }

  @Test
  void keepsTheSecondOfAPairAcrossBlocks() {
    TorchGenerator four = new TorchGenerator(9);
    float[] together = new float[4];
    four.randn(F32.of(together));
    TorchGenerator apart = new TorchGenerator(9);
    float[] one = new float[1];
    for (float expected : together) {
      apart.randn(F32.of(one));
      assertEquals(expected, one[0]);
    }
  }

  @Test
  void cephesIsCloseToTheRealFunctions() {
    TorchGenerator random = new TorchGenerator(1);
    float[] u = new float[100_000];
    random.rand(F32.of(u));
    for (float x : u) {
      assertEquals(Math.log(1 - x), Cephes.log(1 - x), 3e-7 * Math.max(1, -Math.log(1 - x)));
      float angle = (float) (2 * Math.PI) * x;
      assertEquals(Math.sin(angle), Cephes.sin(angle), 2e-7);
      assertEquals(Math.cos(angle), Cephes.cos(angle), 2e-7);
    }
  }

  @Test
  void normalsHaveMeanZeroAndVarianceOne() {
    float[] x = new float[100_003];
    new TorchGenerator(4).randn(F32.of(x));
    double mean = 0;
    double square = 0;
    for (float v : x) {
      mean += v / x.length;
      square += v * v / x.length;
    }
    assertEquals(0, mean, 0.02);
    assertEquals(1, square, 0.03);
  }

  @Test
  void integersStayInRange() {
    long[] x = new long[1000];
    new TorchGenerator(4).randint(I64.of(x), -3, 4);
    assertArrayEquals(
        new long[] {-3, -2, -1, 0, 1, 2, 3}, Arrays.stream(x).distinct().sorted().toArray());
    new TorchGenerator(4).randint(I64.of(x), Long.MIN_VALUE, Long.MAX_VALUE);
    assertTrue(Arrays.stream(x).anyMatch(v -> v < -(1L << 62)));
    assertThrows(
        IllegalArgumentException.class, () -> new TorchGenerator(4).randint(I64.of(x), 1, 1));
  }

  @Test
  void permutationsHoldEachNumberOnce() {
    long[] order = new TorchGenerator(4).randperm(100);
    long[] sorted = order.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < 100; i++) {
      assertEquals(i, sorted[i]);
    }
    assertEquals(false, Arrays.equals(order, sorted));
  }

  @Test
  void writesOnlyItsWindow() {
    float[] x = new float[40];
    new TorchGenerator(2).randn(new F32(x, 5, 20));
    for (int i = 0; i < x.length; i++) {
      assertEquals(i < 5 || i >= 25, x[i] == 0, "index " + i);
    }
  }
}
