package cadj.kernels.embedding;

import static cadj.kernels.twins.NumericalGradient.assertGradient;
import static cadj.kernels.twins.NumericalGradient.dot;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.device.I64;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Both twins copy and add the same numbers in the same order, so they agree to the bit.
final class EmbeddingKernelTest {
  private final EmbeddingKernel reference = new EmbeddingReference();
  private final EmbeddingKernel fast = new EmbeddingVector(new Cpu(2));

  @Test
  void referenceLooksUpRowsAndAddsThemBack() {
    I64 ids = I64.of(2, 0, 2);
    F64 y = F64.of(new double[6]);
    reference.forward(y, F64.of(1, 2, 3, 4, 5, 6), ids, 2);
    assertArrayEquals(new double[] {5, 6, 1, 2, 5, 6}, y.array());
    F64 dweight = F64.of(9, 9, 9, 9, 9, 9);
    reference.backward(dweight, F64.of(1, 2, 10, 20, 100, 200), ids, 2);
    assertArrayEquals(new double[] {10, 20, 0, 0, 101, 202}, dweight.array());
  }

  /// Single elements, rows about a lane wide, many short rows, and rows so long that the columns of
  /// the backward pass are shared out.
  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "3,0,5",
    "3,4,0",
    "5,7,1",
    "5,9,15",
    "4,3,16",
    "7,77,17",
    "11,40000,3",
    "49,77,768",
    "2,3000,33",
    "3,5,70001"
  })
  void agree(int entries, int count, int width) {
    F32 weight = Samples.normal(1, entries * width);
    F32 dy = Samples.normal(2, count * width);
    I64 ids = Samples.ids(3, count, entries);
    agree("embedding", (k, y) -> k.forward(y[0], weight, ids, width), count * width);
    agree("embedding'", (k, dw) -> k.backward(dw[0], dy, ids, width), entries * width);
  }

  @Test
  void copiesExtremesAsTheyAre() {
    float[] extremes = {
      -0f, 0, Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.MIN_VALUE, 3e38f
    };
    F32 y = F32.of(new float[7]);
    fast.forward(y, F32.of(extremes), I64.of(0), 7);
    assertArrayEquals(extremes, y.array());
  }

  /// NaN and infinity reach their row alone; ∞ − ∞ is NaN.
  @Test
  void addsExtremesToTheirRowAlone() {
    F32 dy = Samples.normal(1, 5 * 19);
    dy.set(3, Double.NaN);
    dy.set(19, Double.POSITIVE_INFINITY);
    dy.set(2 * 19, Double.NEGATIVE_INFINITY);
    dy.set(3 * 19 + 18, Double.NEGATIVE_INFINITY);
    dy.set(4 * 19 + 1, 1e-44);
    I64 ids = I64.of(0, 2, 2, 3, 1);
    agree("embedding' of extremes", (k, dw) -> k.backward(dw[0], dy, ids, 19), 4 * 19);
  }

  /// 10⁸ − 10⁸ + 1 is 1 in this order only.
  @Test
  void addsRepeatedIdsInOrder() {
    for (EmbeddingKernel kernel : List.of(reference, fast)) {
      F32 dweight = F32.of(9, 9);
      kernel.backward(dweight, F32.of(1e8f, -1e8f, 1), I64.of(1, 1, 1), 1);
      assertArrayEquals(new float[] {0, 1}, dweight.array());
    }
    F32 dy = F32.of(1e8f, 5, -1e8f, 1);
    agree("in order", (k, o) -> k.backward(o[0], dy, I64.of(1, 0, 1, 1), 1), 2);
  }

  @Test
  void slopes() {
    F64 weight = Samples.normalDouble(1, 12);
    F64 dy = Samples.normalDouble(2, 18);
    I64 ids = I64.of(3, 0, 3, 1, 0, 3);
    F64 y = F64.of(new double[18]);
    F64 dweight = F64.of(new double[12]);
    reference.backward(dweight, dy, ids, 3);
    assertGradient(
        "embedding weight",
        () -> {
          reference.forward(y, weight, ids, 3);
          return dot(dy, y);
        },
        weight,
        dweight);
  }

  @Test
  void refusesOtherTypesAndShortBuffers() {
    F32 six = F32.of(new float[6]);
    F32 five = six.slice(0, 5);
    F64 wide = F64.of(new double[6]);
    I64 ids = I64.of(0, 1);
    assertThrows(IllegalArgumentException.class, () -> fast.forward(six, wide, ids, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.forward(five, six, ids, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.backward(six, five, ids, 3));
  }

  /// Inputs off their boundary of 16 bytes beside outputs on theirs, and the other way round.
  @Test
  void askewInputs() {
    F32 weight = Samples.normal(1, 40);
    F32 dy = Samples.normal(2, 56);
    I64 ids = I64.of(4, 0, 4, 3, 0, 4, 2);
    agree("askew weight", (k, o) -> k.forward(o[0], Twins.askew(o[1], weight), ids, 8), 56, 41);
    agree("askew dy", (k, o) -> k.backward(o[0], Twins.askew(o[1], dy), ids, 8), 40, 57);
  }

  private void agree(String name, BiConsumer<EmbeddingKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, EmbeddingVector::new, 0, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, EmbeddingCuda::new, 0, run, lengths);
  }
}
