package cadj.kernels.groupnorm;

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
import org.junit.jupiter.params.provider.ValueSource;

class GroupNormKernelTest {
  private static final float EPS = 1e-5f;

  private final GroupNormKernel reference = new GroupNormReference();

  /// Channels per group from 1 to 40, images of less than a band, of several blocks with a rest,
  /// and batch normalisation.
  @ParameterizedTest
  @CsvSource({
    "1,1,1,1",
    "2,1,4,2",
    "1,7,3,1",
    "2,5,10,5",
    "2,49,16,8",
    "1,961,20,4",
    "2,260,320,32",
    "1,900,40,1",
    "3,11,33,11",
    "1,13000,3,3",
    "1,500,64,64",
    "1,5000,24,24",
    "2,4,1280,32",
    // on a GPU: channels in tiles, few and many pixels of a thread, groups across its four channels
    "1,256,132,33",
    "70,16,8,2",
    "1,9000,6,2",
    "2,300,12,2"
  })
  void agree(int n, int hw, int c, int groups) {
    agree("groupNorm", Samples.normal(1, n * hw * c, 0.5, 2), n, hw, c, groups, 2e-6);
  }

  /// A spread far below the mean: 1 in 10⁵, where single precision alone leaves two digits.
  @Test
  void largeMean() {
    agree("groupNorm, large mean", Samples.normal(1, 2 * 777 * 30, 1e4, 0.1), 2, 777, 30, 3, 2e-6);
  }

  /// Each group about a large mean of its own.
  @Test
  void largeMeans() {
    F32 x = Samples.normal(1, 2 * 777 * 30, 0, 0.1);
    for (int i = 0; i < x.length(); i++) {
      x.set(i, x.get(i) + 3000 * (1 + i % 30 / 10));
    }
    agree("groupNorm, large means", x, 2, 777, 30, 3, 2e-6);
  }

  /// Where the mean is much smaller than the values, it is off by their rounding: a millionth of it
  /// here is 3e-8 of them.
  @Test
  void tinyVariance() {
    agree("groupNorm, tiny", Samples.normal(1, 2 * 77 * 30, 0, 1e-6), 2, 77, 30, 3, 5e-6);
    agree("groupNorm, constant", Samples.normal(1, 2 * 77 * 30, 3, 0), 2, 77, 30, 3, 2e-6);
  }

  /// Channels of one group with means of very different size.
  @Test
  void unlikeChannels() {
    int hw = 3000;
    int c = 20;
    F32 x = Samples.normal(1, hw * c);
    for (int i = 0; i < x.length(); i++) {
      x.set(i, x.get(i) * Math.pow(3, i % c % 7) + 50 * (i % c));
    }
    agree("groupNorm, unlike channels", x, 1, hw, c, 4, 2e-6);
  }

  /// A group with NaN or infinity is NaN and leaves the others alone.
  @Test
  void extremes() {
    F32 x = Samples.normal(1, 2 * 9 * 12);
    x.set(3, Double.NaN);
    x.set(2 * 9 * 12 - 1, Double.NEGATIVE_INFINITY);
    F32 weight = Samples.normal(2, 12);
    F32 bias = Samples.normal(3, 12);
    F32 mean = F32.of(new float[8]);
    F32 rstd = F32.of(new float[8]);
    agree(
        "groupNorm of extremes",
        2e-6,
        (k, o) -> k.forward(shape(2, 9, 12, 4), o[0], mean, rstd, x, weight, bias),
        x.length());
  }

  @ParameterizedTest
  @CsvSource({"2,9,16,4", "1,700,8,8"})
  void agreeWhereInputsLieAskew(int n, int hw, int c, int groups) {
    GroupNormShape s = new GroupNormShape(n, hw, c, groups, EPS, true);
    int length = s.elements();
    F32 x = Samples.normal(1, length);
    F32 w = Samples.normal(2, c);
    F32 b = Samples.normal(3, c);
    F32 dy = Samples.normal(4, length);
    F32 mean = F32.of(new float[n * groups]);
    F32 rstd = F32.of(new float[n * groups]);
    reference.forward(s, F32.of(new float[length]), mean, rstd, x, w, b);
    askewOnGpu(
        "x",
        (k, o) -> k.forward(s, o[0], o[1], o[2], askew(o[3], x), w, b),
        length,
        n * groups,
        n * groups,
        length + 1);
    askewOnGpu(
        "x, backward",
        (k, o) -> k.backward(s, o[0], o[1], o[2], dy, mean, rstd, askew(o[3], x), w, b),
        length,
        c,
        c,
        length + 1);
    askewOnGpu(
        "x, backward, x only",
        (k, o) -> k.backward(s, o[0], null, null, dy, mean, rstd, askew(o[1], x), w, b),
        length,
        length + 1);
    askewOnGpu(
        "dy, backward",
        (k, o) -> k.backward(s, o[0], o[1], o[2], askew(o[3], dy), mean, rstd, x, w, b),
        length,
        c,
        c,
        length + 1);
  }

  /// Four channels at once or one by one: the order of sums is the same.
  @ParameterizedTest
  @CsvSource({"2,300,12,2,0", "2,300,12,2,10000", "2,300,16,2,10000"})
  void sameBitsWhereverXLiesOnTheGpu(int n, int hw, int c, int groups, int wholeGroup) {
    GroupNormShape s = shape(n, hw, c, groups);
    F32 x = Samples.normal(1, s.elements());
    F32 ones = Samples.normal(2, s.c(), 1, 0);
    GpuF32 memory = TestGpu.plain().allocate(s.elements() + 1);
    float[][] y = new float[2][s.elements()];
    for (int offset = 0; offset < 2; offset++) {
      TestGpu.plain().upload(memory.slice(offset, s.elements()), x);
      F32 mean = F32.of(new float[n * groups]);
      F32 rstd = F32.of(new float[n * groups]);
      new GroupNormCuda(TestGpu.plain(), wholeGroup)
          .forward(
              s, F32.of(y[offset]), mean, rstd, memory.slice(offset, s.elements()), ones, ones);
    }
    TestGpu.plain().free(memory);
    assertArrayEquals(y[0], y[1]);
  }

  private void askewOnGpu(String name, BiConsumer<GroupNormKernel, Buffer[]> run, int... lengths) {
    for (int wholeGroup : new int[] {0, Integer.MAX_VALUE}) {
      Twins.assertAgreeOnGpu(
          "groupNorm, askew " + name + ", whole groups up to " + wholeGroup,
          reference,
          gpu -> new GroupNormCuda(gpu, wholeGroup),
          2e-6,
          run,
          lengths);
    }
  }

  private static GroupNormShape shape(int n, int hw, int c, int groups) {
    return new GroupNormShape(n, hw, c, groups, EPS, false);
  }

  private void agree(String name, F32 x, int n, int hw, int c, int groups, double tolerance) {
    agree(name, x, shape(n, hw, c, groups), tolerance);
    agree(name + ", silu", x, new GroupNormShape(n, hw, c, groups, EPS, true), tolerance);
  }

  private void agree(String name, F32 x, GroupNormShape s, double tolerance) {
    F32 weight = Samples.normal(2, s.c());
    F32 bias = Samples.normal(3, s.c());
    F32 dy = Samples.normal(4, s.elements());
    F32 y = F32.of(new float[s.elements()]);
    F32 mean = F32.of(new float[s.n() * s.groups()]);
    F32 rstd = F32.of(new float[s.n() * s.groups()]);
    agree(
        name,
        tolerance,
        (k, o) -> k.forward(s, o[0], o[1], o[2], x, weight, bias),
        s.elements(),
        s.n() * s.groups(),
        s.n() * s.groups());
    if (s.hw() * s.width() <= 2) {
      // One or two values are ±1 whatever they are: the gradient is nothing but rounding.
      return;
    }
    reference.forward(s, y, mean, rstd, x, weight, bias);
    agree(
        name + ", backward",
        tolerance,
        (k, o) -> k.backward(s, o[0], o[1], o[2], dy, mean, rstd, x, weight, bias),
        s.elements(),
        s.c(),
        s.c());
    agree(
        name + ", backward, x only",
        tolerance,
        (k, o) -> k.backward(s, o[0], null, null, dy, mean, rstd, x, weight, bias),
        s.elements());
    agree(
        name + ", backward, parameters only",
        tolerance,
        (k, o) -> k.backward(s, null, o[0], o[1], dy, mean, rstd, x, weight, bias),
        s.c(),
        s.c());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void slopes(boolean silu) {
    GroupNormShape s = new GroupNormShape(2, 3, 4, 2, EPS, silu);
    F64 x = Samples.normalDouble(1, 24);
    F64 weight = Samples.normalDouble(2, 4);
    F64 bias = Samples.normalDouble(3, 4);
    F64 dy = Samples.normalDouble(4, 24);
    F64 y = F64.of(new double[24]);
    F64 mean = F64.of(new double[4]);
    F64 rstd = F64.of(new double[4]);
    DoubleSupplier loss =
        () -> {
          reference.forward(s, y, mean, rstd, x, weight, bias);
          return dot(dy, y);
        };
    reference.forward(s, y, mean, rstd, x, weight, bias);
    F64 dx = F64.of(new double[24]);
    F64 dweight = F64.of(new double[4]);
    F64 dbias = F64.of(new double[4]);
    reference.backward(s, dx, dweight, dbias, dy, mean, rstd, x, weight, bias);
    assertGradient("x", loss, x, dx);
    assertGradient("weight", loss, weight, dweight);
    assertGradient("bias", loss, bias, dbias);
  }

  private void agree(
      String name, double tolerance, BiConsumer<GroupNormKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, GroupNormVector::new, tolerance, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, GroupNormCuda::new, tolerance, run, lengths);
    Twins.assertAgreeOnGpu(
        name + ", never a group in one block",
        reference,
        gpu -> new GroupNormCuda(gpu, 0),
        tolerance,
        run,
        lengths);
  }
}
