package cadj.kernels.ptxfile;

import static cadj.kernels.ptxfile.Compiled.empty;
import static cadj.kernels.ptxfile.Compiled.f32;
import static cadj.kernels.ptxfile.Compiled.floats;
import static cadj.kernels.ptxfile.Compiled.i32;
import static cadj.kernels.ptxfile.Compiled.integers;
import static cadj.kernels.ptxfile.Compiled.ints;
import static cadj.kernels.ptxfile.Compiled.random;
import static cadj.kernels.ptxfile.Compiled.shape;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.LaunchShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a compiler makes of CUDA, for three generations of GPUs, gives what plain loops give.
class CompiledKernelsTest {
  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void saxpy(String target) {
    float[] x = random(1, 1000);
    float[] y = random(2, 1000);
    float[] expected = new float[1000];
    for (int i = 0; i < 1000; i++) {
      expected[i] = i < 990 ? Math.fma(x[i], 1.5f, y[i]) : y[i];
    }
    var results =
        Compiled.of("saxpy", target).run(shape(8, 128), i32(990), f32(1.5f), floats(x), floats(y));
    assertArrayEquals(expected, floats(results.get(3)));
    assertArrayEquals(x, floats(results.get(2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void reduction(String target) {
    float[] x = random(1, 1000);
    double sum = 0.25;
    for (float it : x) {
      sum += it;
    }
    var results =
        Compiled.of("reduction", target)
            .run(shape(3, 96), floats(x), floats(new float[] {0.25f}), i32(1000));
    assertEquals(sum, floats(results.get(1))[0], 1e-4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void transpose(String target) {
    int rows = 45;
    int columns = 70;
    float[] x = random(1, rows * columns);
    float[] expected = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        expected[c * rows + r] = x[r * columns + c];
      }
    }
    var results =
        Compiled.of("transpose", target)
            .run(
                new LaunchShape(3, 2, 1, 32, 8, 1, 0),
                empty(ElementType.F32, rows * columns),
                floats(x),
                i32(rows),
                i32(columns));
    assertArrayEquals(expected, floats(results.get(0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void histogram(String target) {
    int[] x = random(1, 3000, 0, 256);
    long[] expected = new long[256];
    for (int it : x) {
      expected[it]++;
    }
    var results =
        Compiled.of("histogram", target)
            .run(
                shape(4, 64),
                Argument.Array.of(ElementType.U32, 256, i -> 0),
                Argument.Array.of(ElementType.U8, x.length, i -> x[i]),
                i32(x.length));
    assertArrayEquals(expected, integers(results.get(0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void scan(String target) {
    int[] x = random(1, 200, -2_000_000_000, 2_000_000_000);
    long[] expected = new long[200];
    long sum = 0;
    for (int i = 0; i < 200; i++) {
      sum += x[i];
      expected[i] = sum;
    }
    var results =
        Compiled.of("scan", target)
            .run(new LaunchShape(1, 1, 1, 200, 1, 1, 1600), empty(ElementType.I64, 200), ints(x));
    assertArrayEquals(expected, integers(results.get(0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void stencil(String target) {
    double[] weights = {0.5, -1, 1.5, 2, 1.5, -1, 0.25};
    int n = 300;
    float[] random = random(1, n);
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = random[i];
    }
    var results =
        Compiled.of("stencil", target)
            .run(shape(3, 128), empty(ElementType.F64, n), Compiled.doubles(x), i32(n));
    for (int i = 0; i < n; i++) {
      double expected = 0;
      for (int k = 0; k < 7; k++) {
        int at = i + k - 3;
        expected = Math.fma(weights[k], at >= 0 && at < n ? x[at] : 0, expected);
      }
      assertEquals(expected, ElementType.F64.value(results.get(0).bits(i)), 1e-15, "y " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void matmul(String target) {
    int m = 21;
    int n = 35;
    int k = 50;
    float[] a = random(1, m * k);
    float[] b = random(2, k * n);
    var results =
        Compiled.of("matmul", target)
            .run(
                new LaunchShape(3, 2, 1, 16, 16, 1, 0),
                empty(ElementType.F32, m * n),
                floats(a),
                floats(b),
                i32(m),
                i32(n),
                i32(k));
    float[] c = floats(results.get(0));
    for (int row = 0; row < m; row++) {
      for (int column = 0; column < n; column++) {
        double expected = 0;
        for (int i = 0; i < k; i++) {
          expected += (double) a[row * k + i] * b[i * n + column];
        }
        assertEquals(expected, c[row * n + column], 1e-5, row + ", " + column);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void vote(String target) {
    int[] x = random(1, 64, 0, 12);
    Arrays.fill(x, 32, 64, 9);
    x[40] = 8;
    var results =
        Compiled.of("vote", target).run(shape(1, 64), empty(ElementType.U32, 12 * 64), ints(x));
    long[] y = integers(results.get(0));
    int above = (int) Arrays.stream(x).filter(it -> it > 4).count();
    for (int t = 0; t < 64; t++) {
      long ballot = 0;
      long same = 0;
      long odd = 0;
      boolean all = true;
      boolean likeFirst = true;
      int first = t / 32 * 32;
      for (int lane = 0; lane < 32; lane++) {
        int other = x[first + lane];
        ballot |= other > 4 ? 1L << lane : 0;
        same |= other == x[t] ? 1L << lane : 0;
        odd |= other % 2 == 1 ? 1L << lane : 0;
        all &= other > 4;
        likeFirst &= other / 16 == x[first] / 16;
      }
      long[] expected = {
        ballot,
        all ? 1 : 0,
        ballot != 0 ? 1 : 0,
        same,
        likeFirst ? 0xffffffffL : 0,
        likeFirst ? 1 : 0,
        0xffffffffL,
        x[t] % 2 == 1 ? odd : 0,
        above,
        above == 64 ? 1 : 0,
        above > 0 ? 1 : 0,
        same
      };
      assertArrayEquals(expected, Arrays.copyOfRange(y, 12 * t, 12 * t + 12), "thread " + t);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void print(String target) {
    byte[] word = "knit\0".getBytes(StandardCharsets.UTF_8);
    Compiled kernel = Compiled.of("print", target);
    kernel.run(
        shape(2, 8),
        floats(0.5f, 1, 2, -3.25f, 4, 5, 1e6f, 7),
        Argument.Array.of(ElementType.U8, word.length, i -> word[i]));
    String block =
        """
        x[0] =    0.500, knit, a, 0x10000000000, 0    |%
        x[3] =   -3.250, knit, d, 0x80000000000, 21   |%
        x[6] = 1000000.000, knit, g, 0x400000000000, 42   |%
        """;
    assertEquals(block + "block 0 is done\n" + block + "block 1 is done\n", kernel.printed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void gridsync(String target) {
    int n = 777;
    float[] x = random(1, n);
    float[] expected = x.clone();
    for (int step = 0; step < 5; step++) {
      float[] before = expected.clone();
      for (int i = 0; i < n; i++) {
        expected[i] = (before[(i + n - 1) % n] + before[i] + before[(i + 1) % n]) / 3;
      }
    }
    var results =
        Compiled.of("gridsync", target)
            .run(shape(6, 64), floats(x), empty(ElementType.F32, n), i32(n), i32(5));
    assertArrayEquals(expected, floats(results.get(0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void functions(String target) {
    for (int kind = 6; kind <= 7; kind++) {
      float[] x = random(1, 40);
      ByteBuffer line = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      line.putDouble(1.5).putFloat(0.25f).putInt(kind);
      var results =
          Compiled.of("functions", target)
              .run(
                  shape(1, 64),
                  floats(new float[64]),
                  floats(x),
                  new Argument.Bytes(line.array()),
                  i32(40));
      float[] y = floats(results.get(0));
      for (int i = 0; i < 64; i++) {
        float expected = 0;
        if (i < 40) {
          float offset = 0.25f + x[i];
          int count = kind + 1;
          if (count % 2 == 0) {
            offset += offset;
            count++;
          }
          float value = i % 3 == 0 ? x[i] * x[i] : i % 3 == 1 ? x[i] + x[i] : -x[i];
          expected = Math.fma(offset, count, (float) (1.5 * (value * value)));
        }
        assertEquals(expected, y[i], 1e-6f, "y " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void redux(String target) {
    int[] x = random(1, 128, -1000, 1000);
    var results =
        Compiled.of("redux", target).run(shape(1, 128), empty(ElementType.I32, 4 * 128), ints(x));
    long[] y = integers(results.get(0));
    for (int t = 0; t < 128; t++) {
      int[] warp = Arrays.copyOfRange(x, t / 32 * 32, t / 32 * 32 + 32);
      long[] expected = {
        Arrays.stream(warp).sum(),
        Arrays.stream(warp).min().getAsInt(),
        Arrays.stream(x).sum(),
        Arrays.stream(x).min().getAsInt()
      };
      assertArrayEquals(expected, Arrays.copyOfRange(y, 4 * t, 4 * t + 4), "thread " + t);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
  void handover(String target) {
    float[] x = random(1, 5 * 64);
    float[] expected = new float[64];
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 64; i++) {
        expected[i] += x[64 * round + 63 - i];
      }
    }
    var results =
        Compiled.of("handover", target)
            .run(shape(1, 128), empty(ElementType.F32, 64), floats(x), i32(5));
    assertArrayEquals(expected, floats(results.get(0)));
  }
}
