package cadj.autograd.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

class GradientSumTest {
  private final Tensor weight = Tensor.of(new float[] {1, -2, 3, 4, 5, -6}, 2, 3);
  private final GradientSum sums = GradientSum.zero(weight);
  private final Tensor totals = Tensor.zeros(DType.F32, Shape.of(3, 2));

  @Test
  void gradientsAddUpAndTotalsAreOfTheLast() {
    sums.add(Tensor.of(new float[] {9, 9, 9, 9, 9, 9}, 2, 3), weight, totals.slice(0, 1, 2));
    sums.add(Tensor.of(new float[] {1, 2, 3, -1, 0, 1}, 2, 3), weight, totals.slice(0, 1, 2));
    assertArrayEquals(new float[] {10, 11, 12, 8, 9, 10}, sums.sum().toFloats());
    assertArrayEquals(new float[] {0, 0, 1 + 9, -4 - 4 - 6, 0, 0}, totals.toFloats());
  }

  /// Gradients may come transposed, weights be stored so.
  @Test
  void elementsMeetInAnyLayout() {
    Tensor gradient = Tensor.of(new float[] {1, -1, 2, 0, 3, 1}, 3, 2).permute(1, 0);
    Tensor stored = Tensor.of(new float[] {1, 4, -2, 5, 3, -6}, 3, 2).permute(1, 0);
    sums.add(gradient, stored, totals.slice(0, 0, 1));
    assertArrayEquals(new float[] {1, 2, 3, -1, 0, 1}, sums.sum().toFloats());
    assertArrayEquals(new float[] {10, -14, 0, 0, 0, 0}, totals.toFloats());
  }

  @Test
  void manySmallGradientsBesideALargeOneAreNotLost() {
    Tensor one = Tensor.of(new float[] {1}, 1);
    GradientSum sum = GradientSum.zero(one);
    sum.add(Tensor.of(new float[] {1e8f}, 1), one, totals.slice(0, 0, 1));
    for (int i = 0; i < 1000; i++) {
      sum.add(one, one, totals.slice(0, 0, 1));
    }
    assertEquals(1e8f + 1000, sum.sum().item());
  }

  /// So that a value kept for a backward pass is not used after it has changed.
  @Test
  void whatIsWrittenCountsAsOverwritten() {
    Tensor[] written = {sums.sum(), sums.carry(), totals};
    long[] before = new long[written.length];
    for (int i = 0; i < written.length; i++) {
      before[i] = written[i].storage().version();
    }
    sums.add(weight, weight, totals.slice(0, 2, 3));
    for (int i = 0; i < written.length; i++) {
      assertNotEquals(before[i], written[i].storage().version(), "tensor " + i);
    }
  }
}
