package cadj.kernels.pool;

import static cadj.kernels.twins.NumericalGradient.assertGradient;
import static cadj.kernels.twins.NumericalGradient.dot;
import static cadj.kernels.twins.Twins.askew;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.device.I64;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Windows that abut, overlap, leave gaps, reach into the padding or hold the whole image.
final class Pool2dKernelTest {
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;

  private final Pool2dKernel reference = new Pool2dReference();
  private final Pool2dKernel fast = new Pool2dVector(new Cpu(2));

  /// 1 2 3 / 4 5 6 in windows of 2 at stride 2 and padding 1: 1 | 2 3 / 4 | 5 6.
  @Test
  void referenceCountsPaddingAsZerosWhichNeverWin() {
    Pool2dShape shape = new Pool2dShape(1, 1, 2, 3, 2, 2, 1);
    F64 x = F64.of(-1, -2, -3, -4, -5, -6);
    F64 y = F64.of(9, 9, 9, 9);
    reference.average(shape, y, x);
    assertArrayEquals(new double[] {-0.25, -1.25, -1, -2.75}, y.array());
    I64 index = I64.of(9, 9, 9, 9);
    reference.max(shape, y, index, x);
    assertArrayEquals(new double[] {-1, -2, -4, -5}, y.array());
    assertArrayEquals(new long[] {0, 1, 3, 4}, index.array());
    F64 dx = F64.of(9, 9, 9, 9, 9, 9);
    reference.averageBackward(shape, dx, F64.of(4, 8, 12, 16));
    assertArrayEquals(new double[] {1, 2, 2, 3, 4, 4}, dx.array());
    reference.maxBackward(shape, dx, F64.of(4, 8, 12, 16), index);
    assertArrayEquals(new double[] {4, 8, 0, 12, 16, 0}, dx.array());
  }

  @ParameterizedTest
  @CsvSource({
    "0,3,4,4,2,2,0",
    "2,0,4,4,2,2,0",
    "1,1,1,1,1,1,0",
    "2,3,5,4,1,1,0",
    "2,15,4,6,2,2,0",
    "3,16,5,7,2,2,0",
    "1,17,7,5,3,1,1",
    "2,5,6,7,3,2,1",
    "2,4,9,8,2,3,1",
    "1,7,2,1,2,1,1",
    "3,33,7,7,7,1,0",
    "1,2,8,11,5,2,2",
    "3,1,90,70,2,2,0",
    "4,64,14,14,2,2,0",
    "2,320,9,9,3,2,1",
    "1,9000,3,3,2,1,0"
  })
  void agree(int n, int c, int h, int w, int kernel, int stride, int padding) {
    Pool2dShape shape = new Pool2dShape(n, c, h, w, kernel, stride, padding);
    agree("pool", shape, Samples.normal(1, shape.inputs()));
  }

  @Test
  void agreeWhereInputsLieAskew() {
    Pool2dShape shape = new Pool2dShape(2, 8, 5, 6, 3, 2, 1);
    int inputs = shape.inputs();
    int outputs = shape.outputs();
    F32 x = Samples.normal(1, inputs);
    F32 dy = Samples.normal(2, outputs);
    I64 index = I64.of(new long[outputs]);
    reference.max(shape, F32.of(new float[outputs]), index, x);
    askewOnGpu("average", (k, o) -> k.average(shape, o[0], askew(o[1], x)), outputs, inputs + 1);
    askewOnGpu(
        "average'", (k, o) -> k.averageBackward(shape, o[0], askew(o[1], dy)), inputs, outputs + 1);
    askewOnGpu(
        "max", (k, o) -> max(k, shape, o[0], o[1], askew(o[2], x)), outputs, outputs, inputs + 1);
    askewOnGpu(
        "max'", (k, o) -> k.maxBackward(shape, o[0], askew(o[1], dy), index), inputs, outputs + 1);
  }

  private void askewOnGpu(String name, BiConsumer<Pool2dKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgreeOnGpu("pool askew, " + name, reference, Pool2dCuda::new, 1e-6, run, lengths);
  }

  /// Whole numbers near 0: most windows have several largest values, and the first wins.
  @Test
  void ties() {
    Pool2dShape shape = new Pool2dShape(2, 19, 9, 8, 3, 2, 1);
    F32 x = Samples.normal(1, shape.inputs());
    for (int i = 0; i < x.length(); i++) {
      x.set(i, Math.rint(x.get(i)));
    }
    agree("pool with ties", shape, x);
    Pool2dShape whole = new Pool2dShape(1, 1, 2, 2, 2, 2, 0);
    F32 y = F32.of(9);
    I64 index = I64.of(9);
    fast.max(whole, y, index, F32.of(-0f, 0, 0, -0f));
    assertArrayEquals(new float[] {-0f}, y.array(), "zeros are equal whatever their sign");
    assertEquals(0, index.get(0));
  }

  /// Pairs of values, the first of each again below both. NaN wins over everything; means of NaN,
  /// or of both infinities, are NaN; means of large values are large, not infinite.
  @Test
  void extremes() {
    F32 x =
        F32.of(
            NAN, 1, INF, -INF, -INF, -INF, -INF, 2, 3e38f, -3e38f, 1e-44f, -1e-44f, -0f, 0, 1, NAN,
            NAN, INF, NAN, NAN);
    F32 image = F32.of(new float[40]);
    for (int i = 0; i < 20; i++) {
      image.set(i, x.get(i));
      image.set(20 + i, x.get(i / 2 * 2));
    }
    agree("pool of extremes", new Pool2dShape(1, 1, 2, 20, 2, 2, 0), image);
    agree("pool of overlapping extremes", new Pool2dShape(1, 1, 2, 20, 2, 1, 1), image);
    agree("pool of extremes by channels", new Pool2dShape(1, 5, 2, 4, 2, 1, 0), image);
  }

  @ParameterizedTest
  @CsvSource({"2,2,0", "3,1,1", "2,3,1"})
  void slopes(int kernel, int stride, int padding) {
    Pool2dShape shape = new Pool2dShape(2, 2, 4, 5, kernel, stride, padding);
    F64 x = Samples.normalDouble(1, shape.inputs());
    F64 dy = Samples.normalDouble(2, shape.outputs());
    F64 y = F64.of(new double[shape.outputs()]);
    F64 dx = F64.of(new double[shape.inputs()]);
    I64 index = I64.of(new long[shape.outputs()]);
    reference.averageBackward(shape, dx, dy);
    assertGradient(
        "average pool x",
        () -> {
          reference.average(shape, y, x);
          return dot(dy, y);
        },
        x,
        dx);
    reference.max(shape, y, index, x);
    reference.maxBackward(shape, dx, dy, index);
    assertGradient(
        "max pool x",
        () -> {
          reference.max(shape, y, index, x);
          return dot(dy, y);
        },
        x,
        dx);
  }

  @Test
  void refusesOtherTypesAndShortBuffers() {
    Pool2dShape shape = new Pool2dShape(1, 1, 2, 4, 2, 2, 0);
    F32 eight = F32.of(new float[8]);
    F32 seven = eight.slice(0, 7);
    F32 two = F32.of(new float[2]);
    F32 one = two.slice(0, 1);
    F64 wide = F64.of(new double[8]);
    I64 index = I64.of(0, 0);
    I64 place = index.slice(0, 1);
    assertThrows(IllegalArgumentException.class, () -> fast.average(shape, two, wide));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.average(shape, one, eight));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.average(shape, two, seven));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.averageBackward(shape, seven, two));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.averageBackward(shape, eight, one));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.max(shape, one, index, eight));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.max(shape, two, place, eight));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.max(shape, two, index, seven));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.maxBackward(shape, seven, two, index));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.maxBackward(shape, eight, one, index));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.maxBackward(shape, eight, two, place));
  }

  private void agree(String name, Pool2dShape shape, F32 x) {
    int inputs = shape.inputs();
    int outputs = shape.outputs();
    F32 dy = Samples.normal(2, outputs);
    I64 index = I64.of(new long[outputs]);
    reference.max(shape, F32.of(new float[outputs]), index, x);
    agree(name + ", average", 1e-6, (k, o) -> k.average(shape, o[0], x), outputs);
    agree(name + ", average'", 1e-6, (k, o) -> k.averageBackward(shape, o[0], dy), inputs);
    agree(name + ", max", 0, (k, o) -> max(k, shape, o[0], o[1], x), outputs, outputs);
    agree(name + ", max'", 1e-6, (k, o) -> k.maxBackward(shape, o[0], dy, index), inputs);
  }

  /// Runs `max`, checks that its indices stayed in their window, and brings them out as floats.
  private static void max(
      Pool2dKernel kernel, Pool2dShape shape, Buffer y, Buffer places, Buffer x) {
    int guard = 9;
    int n = shape.outputs();
    long[] array = new long[n + 2 * guard];
    Arrays.fill(array, 77);
    I64 index = new I64(array, guard, n);
    kernel.max(shape, y, index, x);
    for (int i = 0; i < n; i++) {
      places.set(i, index.get(i));
    }
    Arrays.fill(array, guard, guard + n, 77);
    assertEquals(array.length, Arrays.stream(array).filter(i -> i == 77).count(), "index guards");
  }

  private void agree(
      String name, double tolerance, BiConsumer<Pool2dKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, Pool2dVector::new, tolerance, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, Pool2dCuda::new, tolerance, run, lengths);
  }
}
