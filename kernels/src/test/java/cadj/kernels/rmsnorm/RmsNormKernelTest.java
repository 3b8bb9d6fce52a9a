package cadj.kernels.rmsnorm;

import static cadj.kernels.twins.NumericalGradient.assertGradient;
import static cadj.kernels.twins.NumericalGradient.dot;
import static cadj.kernels.twins.Twins.askew;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.device.GpuF32;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.TestGpu;
import cadj.kernels.twins.Twins;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RmsNormKernelTest {
  private static final float EPS = 1e-6f;

  private final RmsNormKernel reference = new RmsNormReference();

  @ParameterizedTest
  @CsvSource({
    "0,3",
    "1,1",
    "5,7",
    "3,16",
    "4,31",
    "150,320",
    "65,40",
    "3,4096",
    "3,5001",
    // heads of 64: several blocks of rows
    "700,64",
    // on a GPU: lanes of a warp, with and without a rest, up to all; a block; many rows
    "40,4",
    "3,1024",
    "3,1025",
    "2,1028",
    "1100,12",
    "700,9"
  })
  void agree(int rows, int width) {
    // A row of one element is ±1 but for eps: with a small one, its dx is nothing but rounding.
    float eps = width == 1 ? 0.5f : EPS;
    agree("rmsNorm", Samples.normal(1, rows * width, 0.5, 2), rows, width, eps);
  }

  /// dx may take the place of dy.
  @ParameterizedTest
  @CsvSource({"32", "33"})
  void gradientInPlace(int width) {
    RmsNormKernel kernel = new RmsNormVector(new Cpu(1));
    F32 x = F32.of(new float[3 * width]);
    F32 dy = F32.of(new float[3 * width]);
    for (int i = 0; i < x.length(); i++) {
      x.set(i, Math.sin(i));
      dy.set(i, Math.cos(i));
    }
    F32 weight = Samples.normal(3, width);
    F32 rstd = F32.of(1.5f, 2, 2.5f);
    F32 dx = F32.of(new float[3 * width]);
    F32 dweight = F32.of(new float[width]);
    kernel.backward(dx, dweight, dy, rstd, x, weight, 3, width);
    F32 dweightInPlace = F32.of(new float[width]);
    kernel.backward(dy, dweightInPlace, dy, rstd, x, weight, 3, width);
    assertArrayEquals(dx.array(), dy.array());
    assertArrayEquals(dweight.array(), dweightInPlace.array());
  }

  @ParameterizedTest
  @CsvSource({"1e-9", "1e-3", "1e4"})
  void scales(float scale) {
    agree("rmsNorm of " + scale, Samples.normal(1, 20 * 100, 0, scale), 20, 100, EPS);
  }

  /// Rows of zeros: rstd is 1/√eps.
  @Test
  void zeros() {
    agree("rmsNorm of zeros", F32.of(new float[3 * 16]), 3, 16, EPS);
    F32 rstd = F32.of(new float[1]);
    F32 one = F32.of(1);
    reference.forward(F32.of(new float[1]), rstd, F32.of(0), one, 1, 1, 0.25f);
    assertEquals(2, rstd.get(0));
  }

  /// A NaN is its row's alone; so is an infinity, whose own place is NaN and whose row is 0.
  @Test
  void extremes() {
    F32 x = Samples.normal(1, 5 * 19);
    x.set(3, Double.NaN);
    x.set(2 * 19 + 18, Double.POSITIVE_INFINITY);
    F32 weight = Samples.normal(2, 19);
    agree("rmsNorm of extremes", (k, o) -> k.forward(o[0], o[1], x, weight, 5, 19, EPS), 5 * 19, 5);
  }

  /// A gradient that is NaN or infinite stays in its row of dx, too.
  @Test
  void extremeSlopes() {
    F32 x = Samples.normal(1, 5 * 19);
    F32 dy = Samples.normal(2, 5 * 19);
    dy.set(3, Double.NaN);
    dy.set(2 * 19 + 18, Double.POSITIVE_INFINITY);
    F32 weight = Samples.normal(3, 19);
    F32 rstd = F32.of(new float[5]);
    reference.forward(F32.of(new float[5 * 19]), rstd, x, weight, 5, 19, EPS);
    agree(
        "rmsNorm, backward, of extremes",
        (k, o) -> k.backward(o[0], null, dy, rstd, x, weight, 5, 19),
        5 * 19);
  }

  @ParameterizedTest
  @CsvSource({"3,16", "2,1028", "200,8"})
  void agreeWhereInputsLieAskew(int rows, int width) {
    int n = rows * width;
    F32 x = Samples.normal(1, n, 0.5, 2);
    F32 w = Samples.normal(2, width);
    F32 dy = Samples.normal(4, n);
    F32 rstd = F32.of(new float[rows]);
    reference.forward(F32.of(new float[n]), rstd, x, w, rows, width, EPS);
    agree(
        "rmsNorm, askew x",
        (k, o) -> k.forward(o[0], o[1], askew(o[2], x), w, rows, width, EPS),
        n,
        rows,
        n + 1);
    agree(
        "rmsNorm, askew weight",
        (k, o) -> k.forward(o[0], o[1], x, askew(o[2], w), rows, width, EPS),
        n,
        rows,
        width + 1);
    agree(
        "rmsNorm, askew x, backward",
        (k, o) -> k.backward(o[0], o[1], dy, rstd, askew(o[2], x), w, rows, width),
        n,
        width,
        n + 1);
    agree(
        "rmsNorm, askew dy, backward",
        (k, o) -> k.backward(o[0], o[1], askew(o[2], dy), rstd, x, w, rows, width),
        n,
        width,
        n + 1);
    agree(
        "rmsNorm, askew weight, backward",
        (k, o) -> k.backward(o[0], null, dy, rstd, x, askew(o[1], w), rows, width),
        n,
        width + 1);
  }

  /// Four elements at once or one by one: the order of sums is the same.
  @ParameterizedTest
  @CsvSource({"3,40", "2,1028"})
  void sameBitsWhereverXLiesOnTheGpu(int rows, int width) {
    int n = rows * width;
    F32 x = Samples.normal(1, n);
    F32 ones = Samples.normal(2, width, 1, 0);
    GpuF32 memory = TestGpu.plain().allocate(n + 1);
    float[][] y = new float[2][n];
    for (int offset = 0; offset < 2; offset++) {
      GpuF32 there = memory.slice(offset, n);
      TestGpu.plain().upload(there, x);
      F32 rstd = F32.of(new float[rows]);
      new RmsNormCuda(TestGpu.plain())
          .forward(F32.of(y[offset]), rstd, there, ones, rows, width, EPS);
    }
    TestGpu.plain().free(memory);
    assertArrayEquals(y[0], y[1]);
  }

  private void agree(String name, F32 x, int rows, int width, float eps) {
    F32 weight = Samples.normal(2, width);
    F32 dy = Samples.normal(4, rows * width);
    F32 rstd = F32.of(new float[rows]);
    agree(name, (k, o) -> k.forward(o[0], o[1], x, weight, rows, width, eps), rows * width, rows);
    reference.forward(F32.of(new float[rows * width]), rstd, x, weight, rows, width, eps);
    agree(
        name + ", backward",
        (k, o) -> k.backward(o[0], o[1], dy, rstd, x, weight, rows, width),
        rows * width,
        width);
    agree(
        name + ", backward, x only",
        (k, o) -> k.backward(o[0], null, dy, rstd, x, weight, rows, width),
        rows * width);
    agree(
        name + ", backward, weight only",
        (k, o) -> k.backward(null, o[0], dy, rstd, x, weight, rows, width),
        width);
  }

  @Test
  void slopes() {
    int rows = 3;
    int width = 5;
    F64 x = Samples.normalDouble(1, 15);
    F64 weight = Samples.normalDouble(2, 5);
    F64 dy = Samples.normalDouble(4, 15);
    F64 y = F64.of(new double[15]);
    F64 rstd = F64.of(new double[3]);
    DoubleSupplier loss =
        () -> {
          reference.forward(y, rstd, x, weight, rows, width, 0.1f);
          return dot(dy, y);
        };
    reference.forward(y, rstd, x, weight, rows, width, 0.1f);
    F64 dx = F64.of(new double[15]);
    F64 dweight = F64.of(new double[5]);
    reference.backward(dx, dweight, dy, rstd, x, weight, rows, width);
    assertGradient("x", loss, x, dx);
    assertGradient("weight", loss, weight, dweight);
  }

  private void agree(String name, BiConsumer<RmsNormKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, RmsNormVector::new, 2e-6, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, RmsNormCuda::new, 2e-6, run, lengths);
  }
}
