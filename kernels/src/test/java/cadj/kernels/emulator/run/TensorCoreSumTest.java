package cadj.kernels.emulator.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// How a tensor core adds: what lies far enough below the largest term is cut off before the sum.
final class TensorCoreSumTest {
  @Test
  void termsAreCutOffAtTheLargestOnesEnd() {
    // Two halves of a unit in the last place of 2^24 each: together a whole one, if both are kept.
    double[] terms = {0x1p24, 1, 1};
    assertEquals(0x1p24f, TensorCore.sum(terms, 24), "none is kept");
    assertEquals(0x1p24f + 2, TensorCore.sum(terms, 25));
  }

  @Test
  void sumsAreCutOffAndNotRounded() {
    assertEquals(1, TensorCore.sum(new double[] {1, 0x1.8p-24}, 27));
    assertEquals(-1, TensorCore.sum(new double[] {-1, -0x1.8p-24}, 27));
    assertEquals(1 + 0x1p-23f, TensorCore.sum(new double[] {1, 0x1.8p-23}, 27));
  }

  @Test
  void whatIsNotFinite() {
    double inf = Double.POSITIVE_INFINITY;
    assertEquals(Float.POSITIVE_INFINITY, TensorCore.sum(new double[] {1, inf}, 24));
    assertEquals(Float.NaN, TensorCore.sum(new double[] {-inf, inf}, 24));
    assertEquals(Float.NaN, TensorCore.sum(new double[] {Double.NaN, 1}, 24));
    assertEquals(0f, TensorCore.sum(new double[] {0, 0}, 24));
    assertEquals(0x1p-149f, TensorCore.sum(new double[] {0x1p-149, 0x1p-160}, 24));
  }
}
