package cadj.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TensorTest {
  private final Tensor x = Tensor.of(new float[] {0, 1, 2, 3, 4, 5}, 2, 3);

  @Test
  void madeOfValuesSharesThem() {
    float[] values = {1, 2};
    Tensor t = Tensor.of(values, 2);
    values[1] = 9;
    assertEquals(9, t.get(1));
    assertEquals("Tensor(F32 [2])", t.toString());
    assertEquals(7, Tensor.scalar(7).item());
    assertArrayEquals(new float[] {3, 3}, Tensor.full(DType.F32, Shape.of(2), 3).toFloats());
    assertArrayEquals(new double[2], Tensor.zeros(DType.F64, Shape.of(2)).toDoubles());
  }

  @Test
  void viewsShareMemory() {
    x.permute(1, 0).slice(0, 1, 3).copyFrom(Tensor.of(new float[] {10, 20, 30, 40}, 2, 2));
    assertArrayEquals(new float[] {0, 10, 30, 3, 20, 40}, x.toFloats());
    x.reshape(3, -1).slice(0, 0, 1).copyFrom(Tensor.scalar(7));
    assertArrayEquals(new float[] {7, 7, 30, 3, 20, 40}, x.toFloats());
    x.detach().copyFrom(Tensor.scalar(0));
    assertArrayEquals(new float[6], x.toFloats());
  }

  @Test
  void reshapeOfAnotherOrderCopies() {
    Tensor t = x.permute(1, 0).reshape(6);
    assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, t.toFloats());
    assertNotSame(x.storage(), t.storage());
    assertSame(x.storage(), x.reshape(6).storage());
  }

  @Test
  void copiesOnlyWhereNeeded() {
    Tensor image = Tensor.of(new float[24], 2, 3, 2, 2);
    assertSame(image, image.contiguous());
    assertSame(image, image.dense());
    assertSame(image, image.orderedLike(image));
    assertSame(image, image.to(DType.F32));
    Tensor nhwc = image.channelsLast();
    assertNotSame(image, nhwc);
    assertSame(nhwc, nhwc.channelsLast());
    assertSame(nhwc, nhwc.dense());
    assertTrue(nhwc.emptyLike().layout().isChannelsLast());
    assertTrue(nhwc.slice(1, 0, 2).emptyLike(Shape.of(2, 5, 2, 2)).layout().isChannelsLast());
    assertTrue(image.emptyLike(Shape.of(2, 5, 2, 2)).layout().isContiguous());
  }

  /// However a tensor lies, its values are the same.
  @RepeatedTest(50)
  void everyOrderHoldsTheSameValues(RepetitionInfo run) {
    Random random = new Random(run.getCurrentRepetition());
    int[] dims = random.ints(4, 1, 4).toArray();
    Tensor plain = random(random, dims);
    Tensor view = random(random, dims[1], dims[3], dims[0] + 2, dims[2]).permute(2, 0, 3, 1);
    view = view.slice(0, 1, 1 + dims[0]);
    view.copyFrom(plain);
    float[] expected = plain.toFloats();
    for (Tensor same :
        List.of(
            view,
            view.contiguous(),
            view.channelsLast(),
            view.dense(),
            view.copy(),
            view.orderedLike(plain),
            plain.orderedLike(view),
            view.to(DType.F64).to(DType.F32))) {
      assertArrayEquals(expected, same.toFloats(), () -> same.layout().toString());
      assertEquals(plain.get(0, 0, 0, 0), same.get(0, 0, 0, 0));
    }
    assertTrue(plain.orderedLike(view).layout().sameOrder(view.layout().denseLike()));
  }

  @Test
  void copyBroadcasts() {
    x.copyFrom(Tensor.of(new float[] {7, 8, 9}, 3));
    assertArrayEquals(new float[] {7, 8, 9, 7, 8, 9}, x.toFloats());
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "I64"})
  void convertsBetweenTypes(DType from) {
    Tensor t = Tensor.of(new long[] {-2, 0, 16777216}, 3).to(from);
    assertEquals(from, t.dtype());
    for (DType to : List.of(DType.F32, DType.F64, DType.I64)) {
      assertArrayEquals(new long[] {-2, 0, 16777216}, t.to(to).toLongs());
    }
  }

  @Test
  void emptyTensorsMove() {
    Tensor none = Tensor.of(new float[0], 2, 0);
    assertEquals(0, none.permute(1, 0).contiguous().elements());
    assertEquals(0, none.copy().toFloats().length);
    assertEquals(0, x.slice(1, 3, 3).slice(0, 2, 2).toFloats().length);
    assertEquals(0, x.slice(1, 3, 3).slice(0, 2, 2).denseBuffer().length());
  }

  @Test
  void errorsSayWhatWasExpected() {
    assertMessage("tensor: [2,3] needs 6 elements, got 5", () -> Tensor.of(new float[5], 2, 3));
    assertMessage("item: expected one element, got [2,3]", x::item);
    assertMessage(
        "tensor [2,2] strides [3, 1] offset 1 is not dense", () -> x.slice(1, 1, 3).denseBuffer());
    assertMessage(
        "expand: cannot broadcast [2] with [2,3]", () -> x.copyFrom(x.reshape(6).slice(0, 0, 2)));
    assertMessage(
        "F16 is a storage type; tensors hold F32, F64 or I64",
        () -> Tensor.empty(DType.F16, Shape.of(2)));
  }

  private static void assertMessage(String expected, Runnable work) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, work::run).getMessage());
  }

  private static Tensor random(Random random, int... dims) {
    Tensor t = Tensor.empty(DType.F32, Shape.of(dims));
    for (int i = 0; i < t.elements(); i++) {
      t.denseBuffer().set(i, random.nextGaussian());
    }
    return t;
  }
}
