package cadj.kernels.accumulate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.check.LaunchCounts;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AccumulateKernelTest {
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  /// About a vector and a block of the CPU (2¹⁵), about one block of the GPU (1024), and beyond 256
  /// blocks, the threads that add them.
  static final List<Integer> SIZES =
      List.of(
          0,
          1,
          LANES - 1,
          LANES,
          LANES + 1,
          300,
          700,
          1000,
          1023,
          1024,
          1025,
          2050,
          (1 << 15) - 1,
          1 << 15,
          (1 << 15) + LANES + 1,
          3 * (1 << 15) + 5,
          300 * 1024 + 7);

  private final AccumulateKernel reference = new AccumulateReference();
  private final AccumulateKernel fast = new AccumulateVector(new Cpu(2));

  @Test
  void byHand() {
    F64 sum = F64.of(10, 20, 30, 40);
    F64 carry = F64.of(0, 0.5, 0, 0);
    F64 totals = F64.of(7, 7, 7, 7);
    reference.accumulate(sum, carry, F64.of(1, 2, -3, 0), F64.of(2, -1, -5, 9), totals.slice(1, 2));
    assertArrayEquals(new double[] {11, 21.5, 27, 40}, sum.array());
    assertArrayEquals(new double[] {0, 0, 0, 0}, carry.array());
    assertArrayEquals(new double[] {7, 2 + 15, -2, 7}, totals.array());
  }

  /// The same bits as a plain loop in single precision, three steps in a row.
  @ParameterizedTest
  @FieldSource("SIZES")
  void sumsAreKahans(int n) {
    float[] sum = new float[n];
    float[] carry = new float[n];
    F32 start = Samples.normal(1, n, 1e8, 1e7);
    F32 lost = Samples.normal(2, n);
    for (int i = 0; i < n; i++) {
      sum[i] = (float) start.get(i);
      carry[i] = (float) lost.get(i);
    }
    for (int step = 0; step < 3; step++) {
      F32 g = gradient(step, n);
      for (int i = 0; i < n; i++) {
        float addend = (float) g.get(i) - carry[i];
        float next = sum[i] + addend;
        carry[i] = (next - sum[i]) - addend;
        sum[i] = next;
      }
    }
    Twins.assertAgreeOnGpu(
        "sums of " + n,
        fast,
        AccumulateCuda::new,
        0,
        (k, o) -> threeSteps(k, o, start, lost),
        n,
        n);
    Buffer[] got = {F32.of(new float[n]), F32.of(new float[n])};
    threeSteps(fast, got, start, lost);
    assertArrayEquals(sum, ((F32) got[0]).array());
    assertArrayEquals(carry, ((F32) got[1]).array());
  }

  private static void threeSteps(AccumulateKernel k, Buffer[] o, F32 sum, F32 carry) {
    Twins.write(o[0], sum);
    Twins.write(o[1], carry);
    F32 weight = Samples.normal(3, sum.length());
    for (int step = 0; step < 3; step++) {
      k.accumulate(o[0], o[1], gradient(step, sum.length()), weight, F32.of(0, 0));
    }
  }

  private static F32 gradient(int step, int n) {
    return Samples.normal(10 + step, n, 1, 3);
  }

  @ParameterizedTest
  @FieldSource("SIZES")
  void twinsAgree(int n) {
    agree(
        "accumulate " + n,
        Samples.normal(1, n),
        Samples.normal(2, n, 0, 1e-7),
        Samples.normal(3, n),
        Samples.normal(4, n, 0.5, 1));
  }

  /// Scores of one sign are in their total alone, and the other is zero.
  @ParameterizedTest
  @ValueSource(doubles = {2, -2, 0})
  void totalsAreOfTheirSign(double score) {
    int n = 2 * LANES + 1027;
    F32 zero = F32.of(new float[n]);
    F32 g = Samples.normal(1, n, score, 0);
    F32 w = Samples.normal(2, n, 1, 0);
    for (AccumulateKernel kernel : List.of(reference, fast)) {
      F32 totals = F32.of(7, 7);
      kernel.accumulate(F32.of(new float[n]), F32.of(new float[n]), g, w, totals);
      assertArrayEquals(
          new float[] {(float) Math.max(0, n * score), (float) Math.min(0, n * score)},
          totals.array());
    }
    agree("one sign", zero, zero, g, w);
  }

  /// Each score counts once, wherever it stands: a power of two at each place in turn.
  @Test
  void everyElementCountsOnce() {
    int n = LANES + 1030;
    float[] weights = new float[n];
    Arrays.fill(weights, 1);
    for (int at = 0; at < n; at += at < 40 ? 1 : 37) {
      F32 g = F32.of(new float[n]);
      g.set(at, at % 2 == 0 ? 3 : -3);
      agree("score at " + at, F32.of(new float[n]), F32.of(new float[n]), g, F32.of(weights));
    }
  }

  /// NaN and infinities in place, in the sums and in the totals, at every place of a vector; 0·∞ is
  /// NaN, and a NaN is in the total of what is not above zero.
  @Test
  void extremes() {
    float[] values = {0, -0f, 1e-44f, 1, -1e30f, INF, -INF, Float.NaN};
    int n = 3 * LANES + 2;
    F32 plain = Samples.normal(1, n);
    for (float value : values) {
      for (int at = 0; at < n; at += LANES - 1) {
        F32 g = Samples.normal(2, n);
        g.set(at, value);
        F32 w = Samples.normal(3, n, 1, 0.1);
        agree(value + " as gradient", plain, F32.of(new float[n]), g, w);
        agree(value + " as weight", plain, F32.of(new float[n]), w, g);
        agree(value + " as sum", g, F32.of(new float[n]), w, w);
      }
    }
    F32 totals = F32.of(0, 0);
    fast.accumulate(F32.of(0, 0), F32.of(0, 0), F32.of(Float.NaN, 2), F32.of(1, 3), totals);
    assertArrayEquals(new float[] {6, Float.NaN}, totals.array());
  }

  /// What is small beside the sum is kept in the carry: 10⁸ + 50·1 would else stay 10⁸.
  @Test
  void manySmallStepsAddUp() {
    int n = 300;
    F32 start = Samples.normal(1, n, 1e8, 1);
    F32 g = Samples.normal(2, n, 1, 0.1);
    F32 sum = F32.of(new float[n]);
    F32 carry = F32.of(new float[n]);
    Twins.write(sum, start);
    for (int step = 0; step < 50; step++) {
      fast.accumulate(sum, carry, g, g, F32.of(0, 0));
    }
    for (int i = 0; i < n; i++) {
      assertEquals(start.get(i) + 50 * g.get(i), sum.get(i) - carry.get(i), 1e-4, "at " + i);
    }
  }

  /// A total of millions of scores, which single precision would lose.
  @Test
  void totalsAreSummedInDouble() {
    int n = 1 << 20;
    float[] ones = new float[n];
    float[] tenths = new float[n];
    Arrays.fill(ones, 1);
    Arrays.fill(tenths, 0.1f);
    tenths[0] = 1e7f;
    F32 totals = F32.of(0, 0);
    fast.accumulate(
        F32.of(new float[n]), F32.of(new float[n]), F32.of(tenths), F32.of(ones), totals);
    assertEquals((float) (1e7 + (n - 1) * (double) 0.1f), totals.get(0));
  }

  /// Each buffer in turn off its boundary of 16 bytes, or alone on it.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void oneBufferLiesAskew(int odd) {
    int n = 2060;
    F32[] start = {
      Samples.normal(1, n),
      Samples.normal(2, n, 0, 1e-7),
      Samples.normal(3, n),
      Samples.normal(4, n)
    };
    agree(
        "buffer " + odd + " askew",
        (k, o) -> {
          Buffer[] all = new Buffer[4];
          for (int i = 0; i < 4; i++) {
            o[i].set(0, 0);
            o[i].set(n, 0);
            all[i] = o[i].slice(i == odd ? 1 : 0, n);
            Twins.write(all[i], start[i]);
          }
          k.accumulate(all[0], all[1], all[2], all[3], o[4]);
          showExactSum(all[0], all[1]);
        },
        n + 1,
        n + 1,
        n + 1,
        n + 1,
        2);
  }

  /// What the comment of `accumulate.ptx` claims of memory, counted: four buffers read and two
  /// written, once each; the parts written once, and read once.
  @Test
  void noBankConflictsAndNoSectorTwice() {
    int blocks = 8;
    int n = blocks * 1024;
    List<LaunchCounts> launches = new ArrayList<>();
    EmulatedDriver driver = new EmulatedDriver(new Cpu(2), EmulatedDriver.Checks.BOUNDS);
    driver.count(launches::add);
    try (Gpu gpu = new Gpu(driver)) {
      new AccumulateCuda(gpu)
          .accumulate(
              filled(gpu, n), filled(gpu, n), filled(gpu, n), filled(gpu, n), filled(gpu, 2));
    }
    assertEquals(2, launches.size());
    launches.forEach(it -> assertEquals(0, Arrays.stream(it.conflicts()).sum(), "bank conflicts"));
    assertEquals(
        6 * n / 8 + 2 * blocks, Arrays.stream(launches.getFirst().sectors()).sum(), "sectors");
  }

  private static GpuF32 filled(Gpu gpu, int length) {
    GpuF32 buffer = gpu.allocate(length);
    gpu.fill(buffer, 1);
    return buffer;
  }

  @Test
  void refusesOtherTypesAndShortBuffers() {
    F32 three = F32.of(new float[3]);
    F32 two = three.slice(0, 2);
    F64 wide = F64.of(new double[3]);
    Class<IndexOutOfBoundsException> tooShort = IndexOutOfBoundsException.class;
    assertThrows(tooShort, () -> fast.accumulate(three, two, three, three, two));
    assertThrows(tooShort, () -> fast.accumulate(three, three, two, three, two));
    assertThrows(tooShort, () -> fast.accumulate(three, three, three, two, two));
    assertThrows(tooShort, () -> fast.accumulate(three, three, three, three, two.slice(0, 1)));
    assertThrows(
        IllegalArgumentException.class, () -> fast.accumulate(three, wide, three, three, two));
    assertInstanceOf(AccumulateReference.class, AccumulateKernel.on(new Cpu(1), wide));
    assertInstanceOf(AccumulateVector.class, AccumulateKernel.on(new Cpu(1), three));
  }

  /// carry ← sum − carry, which is the same however sums are rounded; carry itself is not.
  private static void showExactSum(Buffer sum, Buffer carry) {
    for (int i = 0; i < sum.length(); i++) {
      carry.set(i, sum.get(i) - carry.get(i));
    }
  }

  private void agree(String name, F32 sum, F32 carry, F32 gradient, F32 weight) {
    int n = sum.length();
    agree(
        "%s, %d elements".formatted(name, n),
        (k, o) -> {
          Twins.write(o[0], sum);
          Twins.write(o[1], carry);
          k.accumulate(o[0], o[1], gradient, weight, o[2]);
          showExactSum(o[0], o[1]);
        },
        n,
        n,
        2);
  }

  private void agree(String name, BiConsumer<AccumulateKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, AccumulateVector::new, 1e-6, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, AccumulateCuda::new, 1e-6, run, lengths);
  }
}
