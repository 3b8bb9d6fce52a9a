package cadj.kernels.copy;

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
import cadj.kernels.device.I64;
import cadj.kernels.strided.LoopNest;
import cadj.kernels.twins.RandomStrides;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.TestGpu;
import cadj.kernels.twins.Twins;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CopyKernelTest {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  private final CopyKernel reference = new CopyReference();
  private final CopyKernel fast = new CopyVector(new Cpu(2));

  @Test
  void referenceTransposes() {
    F64 y = F64.of(new double[6]);
    reference.copy(
        y,
        F64.of(1, 2, 3, 4, 5, 6),
        LoopNest.of(new int[] {3, 2}, new int[] {2, 1}, new int[] {1, 3}));
    assertArrayEquals(new double[] {1, 4, 2, 5, 3, 6}, y.array());
  }

  @Test
  void agreeOnRuns() {
    for (int n : new int[] {0, 1, LANES, LANES + 1, 32_768, 100_003}) {
      agree(new int[] {n}, new int[] {1}, new int[] {1});
      agree(new int[] {n}, new int[] {1}, new int[] {0});
      agree(new int[] {n}, new int[] {2}, new int[] {3});
      agree(new int[] {3, n}, new int[] {n + 2, 1}, new int[] {n + 1, 1});
    }
    agree(new int[] {5000, 9}, new int[] {9, 1}, new int[] {10, 1});
  }

  /// [rows,columns] from [columns,rows], sizes about those of tiles.
  @Test
  void agreeOnTransposes() {
    int[] sizes = {1, 2, LANES - 1, LANES, LANES + 1, 2 * LANES, 4 * LANES + 3};
    for (int rows : sizes) {
      for (int columns : sizes) {
        agree(new int[] {rows, columns}, new int[] {columns, 1}, new int[] {1, rows});
        agree(new int[] {rows, columns}, new int[] {columns + 1, 1}, new int[] {2, 2 * rows + 1});
      }
    }
    agree(new int[] {1001, 333}, new int[] {333, 1}, new int[] {1, 1001});
  }

  /// [N,C,H,W] to channels-last and back, [B,N,H,D] to [B,H,N,D], [O,I,3,3] to [3,3,I,O].
  @Test
  void agreeOnTheLayoutsOfLayers() {
    int n = 2;
    int c = 37;
    int h = 9;
    int w = 21;
    int[] nchw = {c * h * w, h * w, w, 1};
    int[] nhwc = {c * h * w, 1, w * c, c};
    agree(new int[] {n, c, h, w}, nhwc, nchw);
    agree(new int[] {n, c, h, w}, nchw, nhwc);
    agree(new int[] {2, 77, 5, 40}, new int[] {15400, 40, 3080, 1}, new int[] {15400, 200, 40, 1});
    agree(new int[] {24, 20, 3, 3}, new int[] {1, 24, 1440, 480}, new int[] {180, 9, 3, 1});
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void agreeOnRandomStrides(int rank) {
    for (int seed = 0; seed < 60; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] sizes = random.ints(rank + 1, 1, 2 * LANES).toArray();
      agree(sizes, RandomStrides.injective(sizes, random), RandomStrides.broadcast(sizes, random));
    }
  }

  @Test
  void referenceJoinsRows() {
    F64 y = F64.of(new double[10]);
    reference.join(y, F64.of(1, 2, 3, 4), F64.of(5, 6, 7, 8, 9, 10), 2);
    assertArrayEquals(new double[] {1, 2, 5, 6, 7, 3, 4, 8, 9, 10}, y.array());
  }

  /// Widths of whole fours and others, of one array or both; empty ones.
  @ParameterizedTest
  @CsvSource({
    "5,8,12",
    "5,8,11",
    "5,3,12",
    "3,3,1",
    "70,4,4",
    "1,300,700",
    "4,0,5",
    "4,5,0",
    "0,4,4"
  })
  void agreeOnJoinedRows(int rows, int left, int right) {
    F32 a = Samples.normal(1, rows * left);
    F32 b = Samples.normal(2, rows * right);
    String name = "%d rows of %d and %d".formatted(rows, left, right);
    int length = rows * (left + right);
    agree(name, 0, (k, o) -> k.join(o[0], a, b, rows), length);
    Twins.assertAgreeOnGpu(
        name + ", askew",
        reference,
        CopyCuda::new,
        0,
        (k, o) -> k.join(o[0], Twins.askew(o[1], a), b, rows),
        length,
        a.length() + 1);
  }

  private void agree(int[] sizes, int[] out, int[] in) {
    LoopNest nest = LoopNest.of(sizes, out, in);
    F32 x = Samples.normal(1, nest.reach(1));
    agree(
        "%s: %s ← %s".formatted(Arrays.toString(sizes), Arrays.toString(out), Arrays.toString(in)),
        0,
        (k, o) -> k.copy(o[0], x, nest),
        nest.reach(0));
  }

  private void agree(
      String name, double tolerance, BiConsumer<CopyKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, CopyVector::new, tolerance, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, CopyCuda::new, tolerance, run, lengths);
  }

  /// Rows that a GPU takes by fours, with the input on the device, on its boundary of 16 bytes and
  /// off it, or led off it by the outer loop.
  @Test
  void agreeByFours() {
    int[] sizes = {5, 12};
    int[][] strides = {{12, 1}, {16, 1}, {13, 1}, {0, 1}, {1, 0}, {0, 0}, {24, 2}};
    for (int[] in : strides) {
      for (int[] out : new int[][] {{12, 1}, {16, 1}, {13, 1}, {24, 2}}) {
        LoopNest nest = LoopNest.of(sizes, out, in);
        F32 x = Samples.normal(1, nest.reach(1));
        String name = Arrays.toString(out) + " ← " + Arrays.toString(in);
        agree(
            name + ", askew",
            0,
            (k, o) -> k.copy(o[0], Twins.askew(o[1], x), nest),
            nest.reach(0),
            x.length() + 1);
        agree(
            name,
            0,
            (k, o) -> {
              Twins.write(o[1], x);
              k.copy(o[0], o[1], nest);
            },
            nest.reach(0),
            x.length());
      }
    }
  }

  /// As many loops as a GPU's kernels take, in an order that merges none, by elements and by tiles.
  @Test
  void agreeOnEightLoops() {
    int[] sizes = {2, 2, 2, 2, 2, 2, 2, 3};
    agree(
        sizes, new int[] {192, 96, 48, 24, 12, 6, 3, 1}, new int[] {6, 192, 12, 96, 3, 48, 24, 1});
    agree(
        new int[] {2, 2, 2, 2, 2, 2, 9, 10},
        new int[] {2880, 1440, 720, 360, 180, 90, 10, 1},
        new int[] {180, 2880, 360, 1440, 90, 720, 1, 9});
  }

  /// Planes of tiles, whole, cut, and with gaps.
  @Test
  void agreeOnPlanesOfTiles() {
    for (int rows : new int[] {8, 31, 32, 33, 65}) {
      for (int columns : new int[] {8, 32, 33, 70}) {
        int plane = rows * columns;
        agree(
            new int[] {3, rows, columns},
            new int[] {plane, columns, 1},
            new int[] {plane, 1, rows});
        agree(
            new int[] {2, 3, rows, columns},
            new int[] {4 * plane, plane, columns, 1},
            new int[] {2 * plane + 1, 5 * plane, 2, 2 * rows});
      }
    }
  }

  /// Every pair of places and types, with gaps on both sides.
  @Test
  void copiesBetweenHostAndDevice() {
    Gpu gpu = TestGpu.plain();
    CopyKernel onGpu = new CopyCuda(gpu);
    int[] sizes = {9, 10};
    for (int[][] strides :
        new int[][][] {
          {{10, 1}, {10, 1}},
          {{11, 1}, {12, 1}},
          {{10, 1}, {1, 9}},
          {{1, 9}, {20, 2}},
          {{10, 1}, {0, 1}}
        }) {
      LoopNest nest = LoopNest.of(sizes, strides[0], strides[1]);
      F64 values = Samples.normalDouble(1, nest.reach(1));
      for (int i = 0; i < values.length(); i++) {
        values.set(i, 100 * values.get(i));
      }
      for (Buffer in : everywhere(gpu, values.length())) {
        for (Buffer out : everywhere(gpu, nest.reach(0))) {
          if (!(in instanceof GpuF32) && !(out instanceof GpuF32)) {
            continue;
          }
          for (int i = 0; i < in.length(); i++) {
            in.set(i, values.get(i));
          }
          Buffer expected = Buffer.allocate(out.dtype(), out.length());
          for (int i = 0; i < out.length(); i++) {
            out.set(i, 7);
            expected.set(i, 7);
          }
          reference.copy(expected, in, nest);
          onGpu.copy(out, in, nest);
          Twins.assertClose(in + " to " + out, expected, out, 0);
        }
      }
    }
  }

  private static List<Buffer> everywhere(Gpu gpu, int length) {
    return List.of(
        gpu.allocate(length),
        gpu.allocate(length + 1).slice(1, length),
        new F32(new float[length + 3], 2, length),
        new F64(new double[length + 3], 2, length),
        new I64(new long[length + 3], 2, length));
  }

  /// Any of the types to any other; rounded to single precision, cut to whole numbers.
  @Test
  void converts() {
    LoopNest nest = LoopNest.of(new int[] {2, 2}, new int[] {2, 1}, new int[] {1, 2});
    double[] values = {1.5, -2.75, 0.1, 7};
    Buffer[] sources = {
      F32.of(1.5f, -2.75f, 0.1f, 7f), F64.of(values.clone()), I64.of(1, -2, 0, 7)
    };
    for (Buffer source : sources) {
      for (Buffer out :
          new Buffer[] {F32.of(new float[4]), F64.of(new double[4]), I64.of(0, 0, 0, 0)}) {
        CopyKernel.on(new Cpu(2), out).copy(out, source, nest);
        for (int i = 0; i < 4; i++) {
          Buffer one = Buffer.allocate(out.dtype(), 1);
          one.set(0, source.get(i % 2 * 2 + i / 2));
          assertEquals(one.get(0), out.get(i), source.dtype() + " to " + out.dtype());
        }
      }
    }
  }

  @Test
  void keepsLargeWholeNumbers() {
    I64 out = I64.of(new long[3]);
    CopyKernel.on(new Cpu(1), out)
        .copy(
            out,
            I64.of(Long.MAX_VALUE, 0, (1L << 53) + 1, 0, -5),
            LoopNest.of(new int[] {3}, new int[] {1}, new int[] {2}));
    assertArrayEquals(new long[] {Long.MAX_VALUE, (1L << 53) + 1, -5}, out.array());
    assertThrows(
        IndexOutOfBoundsException.class,
        () ->
            reference.copy(
                I64.of(new long[9]).slice(0, 2),
                I64.of(new long[9]),
                LoopNest.of(new int[] {3}, new int[] {1}, new int[] {1})));
    assertThrows(
        IndexOutOfBoundsException.class,
        () ->
            reference.copy(
                I64.of(new long[9]),
                I64.of(new long[9]).slice(0, 2),
                LoopNest.of(new int[] {3}, new int[] {1}, new int[] {1})));
  }

  @Test
  void fills() {
    for (int n : new int[] {0, 1, 33, 32_768, 70_000}) {
      agree("fill " + n, 0, (k, o) -> k.fill(o[0], 2.5f), n);
    }
    I64 ids = I64.of(1, 2, 3);
    CopyKernel.on(new Cpu(1), ids).fill(ids.slice(1, 1), 9);
    assertArrayEquals(new long[] {1, 9, 3}, ids.array());
  }

  @Test
  void accumulates() {
    F64 y = F64.of(1, 2);
    reference.accumulate(y, F64.of(10, 20), 0.5f);
    assertArrayEquals(new double[] {6, 12}, y.array());
    for (int n : new int[] {0, 1, LANES - 1, LANES, LANES + 1, 300, 700, 1023, 32_769, 70_001}) {
      F32 start = Samples.normal(1, n);
      F32 x = Samples.normal(2, n);
      agree(
          "accumulate " + n,
          1e-7,
          (k, o) -> {
            Twins.write(o[0], start);
            k.accumulate(o[0], x, -0.3f);
          },
          n);
      agree(
          "accumulate askew " + n,
          1e-7,
          (k, o) -> {
            Twins.write(o[0], start);
            k.accumulate(o[0], Twins.askew(o[1], x), -0.3f);
          },
          n,
          n + 1);
    }
  }

  @Test
  void refusesOtherTypesAndShortBuffers() {
    LoopNest nest = LoopNest.of(new int[] {4}, new int[] {1}, new int[] {2});
    F32 x = F32.of(new float[7]);
    assertThrows(IllegalArgumentException.class, () -> fast.copy(F64.of(new double[4]), x, nest));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> fast.copy(F32.of(new float[4]), x.slice(0, 6), nest));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.copy(x.slice(0, 3), x, nest));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.accumulate(x, x.slice(0, 6), 1));
    assertThrows(IllegalArgumentException.class, () -> fast.fill(F64.of(0), 1));
    assertInstanceOf(CopyReference.class, CopyKernel.on(new Cpu(1), I64.of(1)));
  }
}
