package cadj.kernels.score;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreTest {
  /// Products are sums of up to 300 terms in single precision.
  private static final double TOLERANCE = 4e-6;

  private static final ScoreKernel REFERENCE = new ScoreReference();

  /// dY = [1 2; −1 0], X = [1 2 3; 4 5 6], so dYᵀ·X = [−3 −3 −3; 2 4 6].
  @Test
  void byHand() {
    ScoreShape shape = new ScoreShape(2, 2, 3);
    F64 dy = doubles(1, 2, -1, 0);
    F64 x = doubles(1, 2, 3, 4, 5, 6);
    F64 score = doubles(1, 1, 1, 1, 1, 1);
    F64 totals = doubles(7, 7);
    REFERENCE.accumulate(shape, score, null, totals, doubles(1, 0, -1, 2, 2, -0.5), dy, x);
    assertValues(score, -2, 1, 4, 5, 9, -2);
    assertValues(totals, 3 + 4 + 8, -3 - 3);
    REFERENCE.accumulate(shape, score, null, null, null, dy, x);
    assertValues(score, -5, -2, 1, 7, 13, 4);
  }

  /// rows, out, in: around the tiles of 64 and of 8 rows, and so that runs of 4 fit, and do not.
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "0, 5, 7",
    "3, 0, 4",
    "3, 4, 0",
    "7, 4, 8",
    "8, 63, 65",
    "9, 64, 64",
    "17, 65, 130",
    "33, 68, 63",
    "300, 12, 20",
    "40, 200, 132"
  })
  void twinsAgree(int rows, int out, int in) {
    ScoreShape shape = new ScoreShape(rows, out, in);
    F32 dy = Samples.normal(1, rows * out);
    F32 x = Samples.normal(2, rows * in);
    F32 weight = Samples.normal(3, out * in);
    F32 start = Samples.normal(4, out * in);
    for (boolean weighted : new boolean[] {true, false}) {
      for (boolean compensated : new boolean[] {true, false}) {
        String name = "%s, weighted %s, compensated %s".formatted(shape, weighted, compensated);
        agree(
            name,
            (kernel, outputs) -> {
              Twins.write(outputs[0], start);
              kernel.accumulate(
                  shape,
                  outputs[0],
                  compensated ? F32.of(new float[out * in]) : null,
                  outputs[1],
                  weighted ? weight : null,
                  dy,
                  x);
            },
            out * in,
            2);
      }
    }
  }

  /// A carry that is not zero shows in the sum, and takes what the sum loses.
  @ParameterizedTest
  @CsvSource({"5, 6, 7", "5, 65, 8"})
  void carriesAgree(int rows, int out, int in) {
    ScoreShape shape = new ScoreShape(rows, out, in);
    F32 dy = wholeNumbers(1, rows * out);
    F32 x = wholeNumbers(2, rows * in);
    agree(
        "carry",
        (kernel, outputs) -> {
          for (int i = 0; i < out * in; i++) {
            outputs[0].set(i, 0x1p24 + 0x1p10 * i);
            outputs[1].set(i, i % 3 - 1);
          }
          kernel.accumulate(shape, outputs[0], outputs[1], null, null, dy, x);
          for (int i = 0; i < out * in; i++) {
            // What is to be compared is exact, and the sum's size would hide an error.
            outputs[0].set(i, outputs[0].get(i) - 0x1p24 - 0x1p10 * i);
          }
        },
        out * in,
        out * in);
  }

  /// One operand does not begin on a boundary of 16 bytes while all others do, and the other way
  /// round. Sums are exact.
  @ParameterizedTest
  @ValueSource(strings = {"dy", "x", "weight", "carry"})
  void oneOperandLiesAskew(String which) {
    ScoreShape shape = new ScoreShape(9, 68, 72);
    F32 dy = wholeNumbers(1, 9 * 68);
    F32 x = wholeNumbers(2, 9 * 72);
    F32 weight = wholeNumbers(3, 68 * 72);
    F32 start = wholeNumbers(4, 68 * 72);
    F32 carry = wholeNumbers(5, 68 * 72);
    agree(
        which,
        (kernel, outputs) -> {
          Twins.write(outputs[0], start);
          kernel.accumulate(
              shape,
              outputs[0],
              placed(outputs[1], carry, which.equals("carry")),
              null,
              placed(outputs[2], weight, which.equals("weight")),
              placed(outputs[3], dy, which.equals("dy")),
              placed(outputs[4], x, which.equals("x")));
        },
        start.length(),
        carry.length() + 1,
        weight.length() + 1,
        dy.length() + 1,
        x.length() + 1);
  }

  private static Buffer placed(Buffer room, F32 values, boolean askew) {
    if (askew) {
      return Twins.askew(room, values);
    }
    room.set(values.length(), 0);
    Buffer window = room.slice(0, values.length());
    Twins.write(window, values);
    return window;
  }

  /// 3,000 steps of 2^−24 of the sum, each of which a plain sum would lose.
  @Test
  void manySmallStepsAddUp() {
    ScoreShape shape = new ScoreShape(1, 3, 5);
    F32 dy = F32.of(0x1p-24f, 0x1p-24f, 0x1p-24f);
    F32 x = F32.of(1, 1, 1, 1, 1);
    BiConsumer<ScoreKernel, Buffer[]> steps =
        (kernel, outputs) -> {
          for (int i = 0; i < 15; i++) {
            outputs[0].set(i, 1);
            outputs[1].set(i, 0);
          }
          for (int step = 0; step < 3000; step++) {
            kernel.accumulate(shape, outputs[0], outputs[1], null, null, dy, x);
          }
        };
    Buffer[] exact = {F32.of(new float[15]), F32.of(new float[15])};
    steps.accept(REFERENCE, exact);
    assertEquals(1 + 3000 * 0x1p-24, exact[0].get(0), 0x1p-23);
    agree("steps", steps, 15, 15);
  }

  /// More than one panel, which is 2^18 elements of the gradient, and more than 256 tiles.
  @Test
  void large() {
    int out = 1030;
    int in = 1030;
    ScoreShape shape = new ScoreShape(2, out, in);
    F32 dy = Samples.normal(1, 2 * out);
    F32 x = Samples.normal(2, 2 * in);
    F32 weight = Samples.normal(3, out * in);
    F32 start = Samples.normal(4, out * in);
    agree(
        "panels",
        (kernel, outputs) -> {
          Twins.write(outputs[0], start);
          kernel.accumulate(shape, outputs[0], null, outputs[1], weight, dy, x);
        },
        out * in,
        2);
  }

  /// What the comment of `score.ptx` claims of memory, counted: W is read, S and carry are read and
  /// written, once; dY and X for each tile.
  @Test
  void noBankConflictsAndNoSectorTwice() {
    int rows = 32;
    int out = 128;
    int in = 192;
    List<LaunchCounts> launches = new ArrayList<>();
    EmulatedDriver driver = new EmulatedDriver(new Cpu(2), EmulatedDriver.Checks.BOUNDS);
    driver.count(launches::add);
    try (Gpu gpu = new Gpu(driver)) {
      GpuF32 weights = filled(gpu, out * in);
      new ScoreCuda(gpu)
          .accumulate(
              new ScoreShape(rows, out, in),
              filled(gpu, out * in),
              filled(gpu, out * in),
              null,
              weights,
              filled(gpu, rows * out),
              filled(gpu, rows * in));
    }
    LaunchCounts counts = launches.getFirst();
    assertEquals(0, Arrays.stream(counts.conflicts()).sum(), "bank conflicts");
    int floats = rows * out * (in / 64) + rows * in * (out / 64) + 5 * out * in;
    assertEquals(floats / 8, Arrays.stream(counts.sectors()).sum(), "sectors");
  }

  private static GpuF32 filled(Gpu gpu, int length) {
    GpuF32 buffer = gpu.allocate(length);
    gpu.fill(buffer, 1);
    return buffer;
  }

  private static void agree(String name, BiConsumer<ScoreKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, REFERENCE, ScoreVector::new, TOLERANCE, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, REFERENCE, ScoreCuda::new, TOLERANCE, run, lengths);
  }

  private static F32 wholeNumbers(long seed, int n) {
    Random random = new Random(seed);
    F32 values = F32.of(new float[n]);
    for (int i = 0; i < n; i++) {
      values.set(i, random.nextInt(-3, 4));
    }
    return values;
  }

  private static F64 doubles(double... values) {
    return new F64(values, 0, values.length);
  }

  private static void assertValues(Buffer got, double... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], got.get(i), 1e-12, "element " + i);
    }
  }
}
