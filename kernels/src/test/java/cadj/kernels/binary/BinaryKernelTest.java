package cadj.kernels.binary;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.strided.LoopNest;
import cadj.kernels.twins.RandomStrides;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.TestGpu;
import cadj.kernels.twins.Twins;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The twins agree exactly: one operation in double, rounded, is the operation in single precision.
final class BinaryKernelTest {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  private final BinaryKernel reference = new BinaryReference();
  private final BinaryKernel fast = new BinaryVector(new Cpu(2));

  /// [2,3] with [3], and with [2,1].
  @Test
  void referenceBroadcasts() {
    F64 y = F64.of(new double[6]);
    LoopNest row =
        LoopNest.of(new int[] {2, 3}, new int[] {3, 1}, new int[] {3, 1}, new int[] {0, 1});
    reference.apply(Binary.SUB, y, F64.of(1, 2, 3, 4, 5, 6), F64.of(10, 20, 30), row);
    assertArrayEquals(new double[] {-9, -18, -27, -6, -15, -24}, y.array());
    LoopNest column =
        LoopNest.of(new int[] {2, 3}, new int[] {3, 1}, new int[] {3, 1}, new int[] {1, 0});
    reference.apply(Binary.DIV, y, F64.of(1, 2, 3, 4, 5, 6), F64.of(2, 4), column);
    assertArrayEquals(new double[] {0.5, 1, 1.5, 1, 1.25, 1.5}, y.array());
    reference.apply(Binary.MUL, y, F64.of(1, 2, 3, 4, 5, 6), F64.of(2, 4), column);
    assertArrayEquals(new double[] {2, 4, 6, 16, 20, 24}, y.array());
    reference.apply(Binary.ADD, y, F64.of(1, 2, 3, 4, 5, 6), F64.of(2, 4), column);
    assertArrayEquals(new double[] {3, 4, 5, 8, 9, 10}, y.array());
  }

  @ParameterizedTest
  @EnumSource
  void agreeOnPlainRuns(Binary f) {
    for (int n : new int[] {0, 1, LANES - 1, LANES, LANES + 1, 3 * LANES, 32_768, 70_001}) {
      agree(f, new int[] {n}, new int[] {1}, new int[] {1}, new int[] {1});
      agree(f, new int[] {n}, new int[] {1}, new int[] {1}, new int[] {0});
      agree(f, new int[] {n}, new int[] {1}, new int[] {0}, new int[] {1});
      agree(f, new int[] {n}, new int[] {1}, new int[] {0}, new int[] {0});
      agree(f, new int[] {n}, new int[] {1}, new int[] {2}, new int[] {1});
      agree(f, new int[] {n}, new int[] {3}, new int[] {1}, new int[] {1});
    }
  }

  @ParameterizedTest
  @EnumSource
  void agreeOnManyShortAndFewLongRuns(Binary f) {
    for (int[] sizes : new int[][] {{9000, 5}, {3, 40_001}, {500, 100}}) {
      int n = sizes[1];
      int[] rows = {n, 1};
      agree(f, sizes, rows, rows, new int[] {0, 1});
      agree(f, sizes, rows, rows, new int[] {1, 0});
      agree(f, sizes, rows, new int[] {1, 0}, new int[] {0, 1});
      agree(f, sizes, new int[] {n + 1, 1}, rows, new int[] {1, sizes[0]});
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void agreeOnRandomStrides(int rank) {
    Binary[] operations = Binary.values();
    for (int seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] sizes = random.ints(rank + 1, 1, 2 * LANES).toArray();
      agree(
          operations[seed % operations.length],
          sizes,
          RandomStrides.injective(sizes, random),
          RandomStrides.broadcast(sizes, random),
          RandomStrides.broadcast(sizes, random));
    }
  }

  private void agree(Binary f, int[] sizes, int[] out, int[] a, int[] b) {
    LoopNest nest = LoopNest.of(sizes, out, a, b);
    F32 x = Samples.normal(1, nest.reach(1));
    F32 z = Samples.normal(2, nest.reach(2));
    String name =
        "%s over %s: %s ← %s, %s"
            .formatted(
                f,
                Arrays.toString(sizes),
                Arrays.toString(out),
                Arrays.toString(a),
                Arrays.toString(b));
    agree(name, (k, o) -> k.apply(f, o[0], x, z, nest), nest.reach(0));
  }

  private void agree(String name, BiConsumer<BinaryKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, BinaryVector::new, 0, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, BinaryCuda::new, 0, run, lengths);
  }

  /// Rows that a GPU takes by fours, with operands off their boundary of 16 bytes or led off it by
  /// the outer loop.
  @Test
  void agreeByFours() {
    int[] sizes = {5, 12};
    int[] rows = {12, 1};
    for (int[] b : new int[][] {{12, 1}, {0, 1}, {1, 0}, {0, 0}, {13, 1}, {16, 1}, {24, 2}}) {
      agree(Binary.SUB, sizes, rows, rows, b);
      agree(Binary.SUB, sizes, rows, b, rows);
      agree(Binary.SUB, sizes, new int[] {16, 1}, rows, b);
      agree(Binary.SUB, sizes, new int[] {13, 1}, rows, b);
    }
    F32 x = Samples.normal(1, 60);
    F32 z = Samples.normal(2, 60);
    LoopNest nest = LoopNest.of(sizes, rows, rows, rows);
    agree("askew a", (k, o) -> k.apply(Binary.DIV, o[0], Twins.askew(o[1], x), z, nest), 60, 61);
    agree("askew b", (k, o) -> k.apply(Binary.DIV, o[0], x, Twins.askew(o[1], z), nest), 60, 61);
  }

  /// As many loops as a GPU's kernels take, in an order that merges none.
  @Test
  void agreeOnEightLoops() {
    int[] sizes = {2, 2, 2, 2, 2, 2, 2, 4};
    int[] out = {256, 128, 64, 32, 16, 8, 4, 1};
    int[] a = {4, 256, 8, 128, 16, 64, 32, 1};
    int[] b = {1, 0, 2, 0, 4, 0, 8, 0};
    assertEquals(8, LoopNest.of(sizes, out, a, b).rank());
    agree(Binary.ADD, sizes, out, a, b);
  }

  /// Every pair of special values, in vectors and in remainders.
  @ParameterizedTest
  @EnumSource
  void agreeOnExtremes(Binary f) {
    float[] extremes = {
      0f,
      -0f,
      1f,
      -1f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.MIN_VALUE,
      Float.MIN_NORMAL
    };
    int n = extremes.length;
    F32 values = F32.of(Arrays.copyOf(extremes, 4 * n));
    for (int i = n; i < 4 * n; i++) {
      values.set(i, extremes[i % n]);
    }
    for (int i = 0; i < n; i++) {
      F32 one = values.slice(i, 1);
      LoopNest right = LoopNest.of(new int[] {4 * n}, new int[] {1}, new int[] {1}, new int[] {0});
      LoopNest left = LoopNest.of(new int[] {4 * n}, new int[] {1}, new int[] {0}, new int[] {1});
      assertSameBits(f, values, one, right);
      assertSameBits(f, one, values, left);
    }
  }

  private void assertSameBits(Binary f, F32 a, F32 b, LoopNest nest) {
    float[] expected = new float[nest.innerSize()];
    float[] actual = new float[nest.innerSize()];
    reference.apply(f, F32.of(expected), a, b, nest);
    fast.apply(f, F32.of(actual), a, b, nest);
    assertArrayEquals(bits(expected), bits(actual));
    if (!TestGpu.isLeftOut()) {
      new BinaryCuda(TestGpu.plain()).apply(f, F32.of(actual), a, b, nest);
      assertArrayEquals(bits(expected), bits(actual), "on the GPU");
    }
  }

  /// Bits, which tell 0 from −0; all NaNs alike.
  private static int[] bits(float[] x) {
    int[] bits = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      bits[i] = Float.floatToIntBits(x[i]);
    }
    return bits;
  }

  @Test
  void inPlace() {
    for (int n : new int[] {LANES + 3, 50_000}) {
      LoopNest nest = LoopNest.of(new int[] {n}, new int[] {1}, new int[] {1}, new int[] {1});
      F32 x = Samples.normal(3, n);
      float[] expected = new float[n];
      fast.apply(Binary.MUL, F32.of(expected), x, x, nest);
      fast.apply(Binary.MUL, x, x, x, nest);
      assertArrayEquals(expected, Arrays.copyOfRange(x.array(), x.offset(), x.offset() + n));
    }
  }

  @Test
  void refusesOtherTypesAndShortBuffers() {
    LoopNest nest = LoopNest.of(new int[] {4}, new int[] {1}, new int[] {1}, new int[] {2});
    F32 four = F32.of(new float[4]);
    F64 seven = F64.of(new double[7]);
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> fast.apply(Binary.ADD, four, four, seven, nest));
    assertEquals("expected a F32 buffer, got F64", e.getMessage());
    for (BinaryKernel kernel : new BinaryKernel[] {fast, reference}) {
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> kernel.apply(Binary.ADD, four, four, F32.of(new float[20]).slice(0, 6), nest));
    }
  }
}
