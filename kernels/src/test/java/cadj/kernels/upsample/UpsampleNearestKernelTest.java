package cadj.kernels.upsample;

import static cadj.kernels.twins.NumericalGradient.assertGradient;
import static cadj.kernels.twins.NumericalGradient.dot;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Enlarging, shrinking and both at once, from single pixels to images of several tasks.
final class UpsampleNearestKernelTest {
  private final UpsampleNearestKernel reference = new UpsampleNearestReference();
  private final UpsampleNearestKernel fast = new UpsampleNearestVector(new Cpu(2));

  @Test
  void referenceRepeatsPixelsAndAddsThemBack() {
    F64 y = F64.of(new double[6]);
    reference.forward(y, F64.of(1, 2), 1, 1, 1, 2, 2, 3);
    assertArrayEquals(new double[] {1, 1, 2, 1, 1, 2}, y.array());
    F64 dx = F64.of(9, 9);
    reference.backward(dx, F64.of(1, 2, 3, 10, 20, 30), 1, 1, 1, 2, 2, 3);
    assertArrayEquals(new double[] {33, 33}, dx.array());
  }

  @ParameterizedTest
  @CsvSource({
    "0,3,2,2,4,4",
    "2,0,2,2,4,4",
    "1,1,1,1,1,1",
    "1,1,1,1,7,5",
    "2,3,4,5,4,5",
    "2,15,3,2,6,4",
    "1,16,3,5,5,9",
    "3,17,4,3,7,6",
    "2,5,7,9,3,4",
    "2,8,5,3,2,8",
    "1,1,97,3,200,5",
    "1,320,8,8,16,16",
    "3,64,9,11,17,22",
    "1,3,150,120,300,240",
    "2,1,260,1,130,300"
  })
  void agree(int n, int c, int h, int w, int ho, int wo) {
    F32 x = Samples.normal(1, n * h * w * c);
    F32 dy = Samples.normal(2, n * ho * wo * c);
    agree("upsample", 0, (k, o) -> k.forward(o[0], x, n, c, h, w, ho, wo), n * ho * wo * c);
    agree("upsample'", 1e-6, (k, o) -> k.backward(o[0], dy, n, c, h, w, ho, wo), n * h * w * c);
  }

  /// Inputs off their boundary of 16 bytes beside outputs on theirs, and the other way round.
  @Test
  void askewInputs() {
    F32 x = Samples.normal(1, 2 * 3 * 2 * 8);
    F32 dy = Samples.normal(2, 2 * 5 * 4 * 8);
    int ins = x.length();
    int outs = dy.length();
    agree(
        "askew x",
        0,
        (k, o) -> k.forward(o[0], Twins.askew(o[1], x), 2, 8, 3, 2, 5, 4),
        outs,
        ins + 1);
    agree(
        "askew dy",
        1e-6,
        (k, o) -> k.backward(o[0], Twins.askew(o[1], dy), 2, 8, 3, 2, 5, 4),
        ins,
        outs + 1);
  }

  private void agree(
      String name,
      double tolerance,
      BiConsumer<UpsampleNearestKernel, Buffer[]> run,
      int... lengths) {
    Twins.assertAgree(name, reference, UpsampleNearestVector::new, tolerance, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, UpsampleNearestCuda::new, tolerance, run, lengths);
  }

  @Test
  void copiesExtremesAsTheyAre() {
    float[] x = {
      -0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, Float.MIN_VALUE, 3e38f
    };
    F32 y = F32.of(new float[12]);
    fast.forward(y, F32.of(x), 1, 3, 1, 2, 1, 4);
    float[] expected = {
      x[0], x[1], x[2], x[0], x[1], x[2], x[3], x[4], x[5], x[3], x[4], x[5],
    };
    assertArrayEquals(expected, y.array());
  }

  /// NaN and infinity reach the pixel that was copied, in their channel alone; ∞ − ∞ is NaN.
  @Test
  void addsExtremesToTheirPixelAlone() {
    F32 dy = Samples.normal(1, 6 * 4 * 3);
    dy.set(0, Double.NaN);
    dy.set(7, Double.POSITIVE_INFINITY);
    dy.set(10, Double.NEGATIVE_INFINITY);
    dy.set(71, Double.NEGATIVE_INFINITY);
    dy.set(50, 1e-44);
    agree("upsample' of extremes", 1e-6, (k, o) -> k.backward(o[0], dy, 1, 3, 3, 2, 6, 4), 18);
  }

  @ParameterizedTest
  @CsvSource({"4,6", "3,5", "1,2"})
  void slopes(int ho, int wo) {
    F64 x = Samples.normalDouble(1, 2 * 2 * 2 * 3);
    F64 dy = Samples.normalDouble(2, 2 * 2 * ho * wo);
    F64 y = F64.of(new double[dy.length()]);
    F64 dx = F64.of(new double[x.length()]);
    reference.backward(dx, dy, 2, 2, 2, 3, ho, wo);
    assertGradient(
        "upsample x",
        () -> {
          reference.forward(y, x, 2, 2, 2, 3, ho, wo);
          return dot(dy, y);
        },
        x,
        dx);
  }

  @Test
  void refusesOtherTypesAndShortBuffers() {
    F32 two = F32.of(new float[2]);
    F32 eight = F32.of(new float[8]);
    F32 seven = eight.slice(0, 7);
    F32 one = two.slice(0, 1);
    F64 wide = F64.of(new double[8]);
    assertThrows(IllegalArgumentException.class, () -> fast.forward(eight, wide, 1, 1, 1, 2, 2, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.forward(seven, two, 1, 1, 1, 2, 2, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.forward(eight, one, 1, 1, 1, 2, 2, 4));
    assertThrows(
        IndexOutOfBoundsException.class, () -> fast.backward(one, eight, 1, 1, 1, 2, 2, 4));
    assertThrows(
        IndexOutOfBoundsException.class, () -> fast.backward(two, seven, 1, 1, 1, 2, 2, 4));
  }
}
