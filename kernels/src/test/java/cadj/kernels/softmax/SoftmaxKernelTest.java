package cadj.kernels.softmax;

import static cadj.kernels.twins.NumericalGradient.assertGradient;
import static cadj.kernels.twins.NumericalGradient.dot;
import static cadj.kernels.twins.Twins.askew;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.Arrays;
import java.util.function.BiConsumer;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SoftmaxKernelTest {
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;

  private final SoftmaxKernel reference = new SoftmaxReference();

  @ParameterizedTest
  @CsvSource({
    "0,3", "1,1", "5,7", "3,16", "4,31", "300,77", "3,5001", "2,40000",
    // on a GPU: lanes of a warp, with and without a rest, up to all; a block
    "40,4", "70,8", "9,128", "3,132", "2,1024", "3,1025", "2,1028", "2,4096"
  })
  void agree(int rows, int width) {
    int n = rows * width;
    F32 x = Samples.normal(1, n, 0, 5);
    F32 dy = Samples.normal(2, n);
    F32 y = F32.of(new float[n]);
    reference.forward(y, x, rows, width);
    F32 log = F32.of(new float[n]);
    reference.logForward(log, x, rows, width);
    agree("softmax", 1e-6, (k, o) -> k.forward(o[0], x, rows, width), n);
    agree("softmax'", 1e-6, (k, o) -> k.backward(o[0], dy, y, rows, width), n);
    agree("logSoftmax", 1e-6, (k, o) -> k.logForward(o[0], x, rows, width), n);
    agree("logSoftmax'", 1e-6, (k, o) -> k.logBackward(o[0], dy, log, rows, width), n);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 1028})
  void agreeWhereInputsLieAskew(int width) {
    int n = 3 * width;
    F32 x = Samples.normal(1, n);
    F32 dy = Samples.normal(2, n);
    F32 y = F32.of(new float[n]);
    reference.forward(y, x, 3, width);
    askewOnGpu("softmax of x", n, (k, o) -> k.forward(o[0], askew(o[1], x), 3, width));
    askewOnGpu("softmax' of dy", n, (k, o) -> k.backward(o[0], askew(o[1], dy), y, 3, width));
    askewOnGpu("softmax' of y", n, (k, o) -> k.backward(o[0], dy, askew(o[1], y), 3, width));
  }

  private void askewOnGpu(String name, int n, BiConsumer<SoftmaxKernel, Buffer[]> run) {
    Twins.assertAgreeOnGpu(name + " askew", reference, SoftmaxCuda::new, 1e-6, run, n, n + 1);
  }

  /// A row with NaN or +∞, or of −∞ alone, is NaN throughout and leaves the next row alone.
  @Test
  void extremes() {
    F32 x =
        F32.of(
            0, -INF, 1, 1e30f, 1e30f, -1e30f, NAN, 0, 0, 1, 2, 3, INF, 0, 1, -INF, -INF, -INF, 1, 2,
            3, 1000, 900, -1000);
    F32 dy = Samples.normal(1, 24);
    F32 y = F32.of(new float[24]);
    reference.forward(y, x, 8, 3);
    agree("softmax", 1e-6, (k, o) -> k.forward(o[0], x, 8, 3), 24);
    agree("softmax'", 1e-6, (k, o) -> k.backward(o[0], dy, y, 8, 3), 24);
    agree("logSoftmax", 1e-6, (k, o) -> k.logForward(o[0], x, 8, 3), 24);
    reference.logForward(y, x, 8, 3);
    agree("logSoftmax'", 1e-6, (k, o) -> k.logBackward(o[0], dy, y, 8, 3), 24);
  }

  /// The largest of a row at each place of a vector in turn, so far above that not to subtract it
  /// would overflow.
  @Test
  void theLargestMayStandAnywhere() {
    int width = 2 * FloatVector.SPECIES_PREFERRED.length() + 3;
    F32 x = Samples.normal(1, width * width);
    for (int row = 0; row < width; row++) {
      x.set(row * width + row, 1000);
    }
    agree("softmax", 1e-6, (k, o) -> k.forward(o[0], x, width, width), x.length());
    agree("logSoftmax", 1e-6, (k, o) -> k.logForward(o[0], x, width, width), x.length());
  }

  /// What pads a row must not be its maximum.
  @ParameterizedTest
  @ValueSource(ints = {3, 16, 17, 40})
  void allFarBelowZero(int width) {
    F32 x = Samples.normal(1, 2 * width, -1000, 1);
    agree("softmax", 1e-6, (k, o) -> k.forward(o[0], x, 2, width), x.length());
    agree("logSoftmax", 1e-6, (k, o) -> k.logForward(o[0], x, 2, width), x.length());
  }

  /// Rows of slopes ∞, −∞, both, NaN and just within range, each before one of ordinary ones.
  @Test
  void extremeSlopes() {
    F32 y = F32.of(new float[24]);
    reference.forward(y, Samples.normal(1, 24), 8, 3);
    F32 dy =
        F32.of(
            0, INF, 1, 1, 2, 3, -INF, 1, 2, 3, 2, 1, INF, -INF, 0, NAN, 1, 2, 1, 1, 2, 3e38f, 3e38f,
            3e38f);
    agree("softmax' of extreme slopes", 1e-6, (k, o) -> k.backward(o[0], dy, y, 8, 3), 24);
  }

  /// A result may take the place of what it is computed from.
  @ParameterizedTest
  @ValueSource(ints = {32, 33})
  void inPlace(int width) {
    SoftmaxKernel kernel = new SoftmaxVector(new Cpu(1));
    F32 x = Samples.normal(1, 3 * width, 0, 5);
    F32 y = F32.of(new float[3 * width]);
    F32 own = F32.of(x.array().clone()).slice(x.offset(), x.length());
    kernel.forward(y, x, 3, width);
    kernel.forward(own, own, 3, width);
    assertArrayEquals(values(y), values(own));
    own = F32.of(x.array().clone()).slice(x.offset(), x.length());
    kernel.logForward(y, x, 3, width);
    kernel.logForward(own, own, 3, width);
    assertArrayEquals(values(y), values(own));
  }

  private static float[] values(F32 x) {
    return Arrays.copyOfRange(x.array(), x.offset(), x.offset() + x.length());
  }

  /// Where one probability is nearly 1, its slope is a small difference of large numbers.
  @ParameterizedTest
  @ValueSource(doubles = {1e-1, 1e-3, 1e-6})
  void peaks(double others) {
    int width = 5001;
    F32 y = F32.of(new float[2 * width]);
    for (int i = 0; i < y.length(); i++) {
      y.set(i, i % width == 2024 ? 1 - others : others / (width - 1));
    }
    F32 dy = Samples.normal(2, 2 * width, 0, 100);
    agree("softmax' of a peak", 1e-6, (k, o) -> k.backward(o[0], dy, y, 2, width), 2 * width);
  }

  @Test
  void slopes() {
    F64 x = Samples.normalDouble(1, 15);
    F64 dy = Samples.normalDouble(2, 15);
    F64 y = F64.of(new double[15]);
    F64 dx = F64.of(new double[15]);
    reference.forward(y, x, 3, 5);
    reference.backward(dx, dy, y, 3, 5);
    assertGradient(
        "softmax",
        () -> {
          reference.forward(y, x, 3, 5);
          return dot(dy, y);
        },
        x,
        dx);
    reference.logForward(y, x, 3, 5);
    reference.logBackward(dx, dy, y, 3, 5);
    assertGradient(
        "logSoftmax",
        () -> {
          reference.logForward(y, x, 3, 5);
          return dot(dy, y);
        },
        x,
        dx);
  }

  private void agree(
      String name, double tolerance, BiConsumer<SoftmaxKernel, Buffer[]> run, int length) {
    Twins.assertAgree(name, reference, SoftmaxVector::new, tolerance, run::accept, length);
    Twins.assertAgreeOnGpu(name, reference, SoftmaxCuda::new, tolerance, run, length);
  }
}
