package cadj.kernels.layernorm;

import static cadj.kernels.twins.NumericalGradient.assertGradient;
import static cadj.kernels.twins.NumericalGradient.dot;
import static cadj.kernels.twins.Twins.askew;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import cadj.kernels.device.Buffer;
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

class LayerNormKernelTest {
  private static final float EPS = 1e-5f;

  private final LayerNormKernel reference = new LayerNormReference();

  @ParameterizedTest
  @CsvSource({
    "0,3",
    "1,1",
    "5,7",
    "3,16",
    "4,31",
    "150,320",
    "65,40",
    "3,5001",
    // on a GPU: lanes of a warp, with and without a rest, up to all; a block; many rows
    "40,4",
    "3,1024",
    "3,1025",
    "2,1028",
    "1100,12",
    "700,9"
  })
  void agree(int rows, int width) {
    agree("layerNorm", Samples.normal(1, rows * width, 0.5, 2), rows, width, 2e-6);
  }

  /// A spread far below the mean: 1 in 10⁵, where single precision alone leaves two digits.
  @Test
  void largeMean() {
    agree("layerNorm, large mean", Samples.normal(1, 20 * 333, 1e4, 0.1), 20, 333, 2e-6);
  }

  @Test
  void tinyVariance() {
    agree("layerNorm, tiny", Samples.normal(1, 20 * 100, 0, 1e-6), 20, 100, 2e-6);
    F32 constant = Samples.normal(1, 20 * 100, 3, 0);
    agree("layerNorm, constant", constant, 20, 100, 2e-6);
  }

  /// A row with NaN or infinity is NaN and leaves the next row alone.
  @Test
  void extremes() {
    F32 x = Samples.normal(1, 5 * 19);
    x.set(3, Double.NaN);
    x.set(2 * 19 + 18, Double.POSITIVE_INFINITY);
    F32 weight = Samples.normal(2, 19);
    F32 bias = Samples.normal(3, 19);
    F32 mean = F32.of(new float[5]);
    F32 rstd = F32.of(new float[5]);
    agree(
        "layerNorm of extremes",
        2e-6,
        (k, o) -> k.forward(o[0], mean, rstd, x, weight, bias, 5, 19, EPS),
        5 * 19);
  }

  /// A gradient that is NaN or infinite stays in its row of dx, too.
  @Test
  void extremeSlopes() {
    F32 x = Samples.normal(1, 5 * 19);
    F32 dy = Samples.normal(2, 5 * 19);
    dy.set(3, Double.NaN);
    dy.set(2 * 19 + 18, Double.POSITIVE_INFINITY);
    F32 weight = Samples.normal(3, 19);
    F32 mean = F32.of(new float[5]);
    F32 rstd = F32.of(new float[5]);
    F32 y = F32.of(new float[5 * 19]);
    reference.forward(y, mean, rstd, x, weight, weight, 5, 19, EPS);
    agree(
        "layerNorm, backward, of extremes",
        2e-6,
        (k, o) -> k.backward(o[0], null, null, dy, mean, rstd, x, weight, 5, 19),
        5 * 19);
  }

  @ParameterizedTest
  @CsvSource({"3,16", "2,1028", "200,8"})
  void agreeWhereInputsLieAskew(int rows, int width) {
    int n = rows * width;
    F32 x = Samples.normal(1, n, 0.5, 2);
    F32 w = Samples.normal(2, width);
    F32 b = Samples.normal(3, width);
    F32 dy = Samples.normal(4, n);
    F32 mean = F32.of(new float[rows]);
    F32 rstd = F32.of(new float[rows]);
    reference.forward(F32.of(new float[n]), mean, rstd, x, w, b, rows, width, EPS);
    askewOnGpu(
        "x",
        (k, o) -> k.forward(o[0], o[1], o[2], askew(o[3], x), w, b, rows, width, EPS),
        n,
        rows,
        rows,
        n + 1);
    askewOnGpu(
        "weight",
        (k, o) -> k.forward(o[0], o[1], o[2], x, askew(o[3], w), b, rows, width, EPS),
        n,
        rows,
        rows,
        width + 1);
    askewOnGpu(
        "bias",
        (k, o) -> k.forward(o[0], o[1], o[2], x, w, askew(o[3], b), rows, width, EPS),
        n,
        rows,
        rows,
        width + 1);
    askewOnGpu(
        "x, backward",
        (k, o) -> k.backward(o[0], o[1], o[2], dy, mean, rstd, askew(o[3], x), w, rows, width),
        n,
        width,
        width,
        n + 1);
    askewOnGpu(
        "dy, backward",
        (k, o) -> k.backward(o[0], o[1], o[2], askew(o[3], dy), mean, rstd, x, w, rows, width),
        n,
        width,
        width,
        n + 1);
    askewOnGpu(
        "weight, backward",
        (k, o) -> k.backward(o[0], null, null, dy, mean, rstd, x, askew(o[1], w), rows, width),
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
      F32 mean = F32.of(new float[rows]);
      F32 rstd = F32.of(new float[rows]);
      new LayerNormCuda(TestGpu.plain())
          .forward(F32.of(y[offset]), mean, rstd, there, ones, ones, rows, width, EPS);
    }
    TestGpu.plain().free(memory);
    assertArrayEquals(y[0], y[1]);
  }

  private void askewOnGpu(String name, BiConsumer<LayerNormKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgreeOnGpu(
        "layerNorm, askew " + name, reference, LayerNormCuda::new, 2e-6, run, lengths);
  }

  private void agree(String name, F32 x, int rows, int width, double tolerance) {
    F32 weight = Samples.normal(2, width);
    F32 bias = Samples.normal(3, width);
    F32 dy = Samples.normal(4, rows * width);
    F32 y = F32.of(new float[rows * width]);
    F32 mean = F32.of(new float[rows]);
    F32 rstd = F32.of(new float[rows]);
    agree(
        name,
        tolerance,
        (k, o) -> k.forward(o[0], o[1], o[2], x, weight, bias, rows, width, EPS),
        rows * width,
        rows,
        rows);
    reference.forward(y, mean, rstd, x, weight, bias, rows, width, EPS);
    agree(
        name + ", backward",
        tolerance,
        (k, o) -> k.backward(o[0], o[1], o[2], dy, mean, rstd, x, weight, rows, width),
        rows * width,
        width,
        width);
    agree(
        name + ", backward, x only",
        tolerance,
        (k, o) -> k.backward(o[0], null, null, dy, mean, rstd, x, weight, rows, width),
        rows * width);
    agree(
        name + ", backward, parameters only",
        tolerance,
        (k, o) -> k.backward(null, o[0], o[1], dy, mean, rstd, x, weight, rows, width),
        width,
        width);
  }

  @Test
  void slopes() {
    int rows = 3;
    int width = 5;
    F64 x = Samples.normalDouble(1, 15);
    F64 weight = Samples.normalDouble(2, 5);
    F64 bias = Samples.normalDouble(3, 5);
    F64 dy = Samples.normalDouble(4, 15);
    F64 y = F64.of(new double[15]);
    F64 mean = F64.of(new double[3]);
    F64 rstd = F64.of(new double[3]);
    DoubleSupplier loss =
        () -> {
          reference.forward(y, mean, rstd, x, weight, bias, rows, width, EPS);
          return dot(dy, y);
        };
    reference.forward(y, mean, rstd, x, weight, bias, rows, width, EPS);
    F64 dx = F64.of(new double[15]);
    F64 dweight = F64.of(new double[5]);
    F64 dbias = F64.of(new double[5]);
    reference.backward(dx, dweight, dbias, dy, mean, rstd, x, weight, rows, width);
    assertGradient("x", loss, x, dx);
    assertGradient("weight", loss, weight, dweight);
    assertGradient("bias", loss, bias, dbias);
  }

  private void agree(
      String name, double tolerance, BiConsumer<LayerNormKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, LayerNormVector::new, tolerance, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, LayerNormCuda::new, tolerance, run, lengths);
  }
}
