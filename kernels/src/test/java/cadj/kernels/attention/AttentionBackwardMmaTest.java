package cadj.kernels.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.TestGpu;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The backward pass by the kernels that compute all columns of a head, for each size of a head and
/// each precision.
///
/// Errors are measured in two ways. The root mean square of a gradient's error, relative to its
/// own: roundings to u (2⁻¹¹ for TF32, 2⁻⁸ for BF16) have one of u/√3 at most, and a gradient is a
/// sum of products of a rounded factor and p or ds, which is rounded itself and comes of four
/// rounded operands: √(2 + 4)·u/√3 = 1.4 u if all weigh alike, more where a query sees so few keys
/// that dout·v and δ nearly cancel. 2 u are allowed; a key that is missed among 70 would be an
/// error of 1/√70, 15 times what BF16 is allowed. And the largest error, relative to the largest
/// value: 5 times the former, among thousands of elements.
@DisabledIfSystemProperty(
    named = "cadj.gpu",
    matches = "none|stubs",
    disabledReason = "the same kernels as on the emulator")
@Execution(ExecutionMode.CONCURRENT)
final class AttentionBackwardMmaTest {
  private static final int DQ = 1;
  private static final int DK = 2;
  private static final int DV = 4;
  private static final int ALL = DQ | DK | DV;

  /// Elements around a gradient that nobody may touch.
  private static final int GUARD = 64;

  private static final AttentionKernel REFERENCE = new AttentionReference();

  static List<Arguments> dimsAndPrecisions() {
    List<Arguments> all = new ArrayList<>();
    for (int dim : BackwardTiles.SINGLE) {
      all.add(Arguments.of(dim, MatmulPrecision.HIGHEST));
    }
    for (int dim : BackwardTiles.ROUNDED) {
      all.add(Arguments.of(dim, MatmulPrecision.HIGH));
      all.add(Arguments.of(dim, MatmulPrecision.MEDIUM));
    }
    return all;
  }

  private static double tolerance(MatmulPrecision precision) {
    return switch (precision) {
      case HIGHEST -> 2e-6;
      case HIGH -> 2 * 0x1p-11;
      case MEDIUM -> 2 * 0x1p-8;
    };
  }

  /// A little more than a tile of rows and of columns in both passes, and just so many.
  @ParameterizedTest
  @MethodSource("dimsAndPrecisions")
  void cross(int dim, MatmulPrecision precision) {
    // Batch and heads are independent of the size of a head; large ones are slow to emulate.
    agree(shape(dim > 80 ? 1 : 2, 2, 70, 77, dim, false), precision, 0, ALL, 1);
    agree(shape(1, 1, 64, 128, dim, false), precision, 0, ALL, 1);
  }

  @ParameterizedTest
  @MethodSource("dimsAndPrecisions")
  void causal(int dim, MatmulPrecision precision) {
    agree(shape(1, 2, 133, 133, dim, true), precision, 0, ALL, 1);
  }

  /// Buffers off their boundary of 16 bytes.
  @ParameterizedTest
  @MethodSource("dimsAndPrecisions")
  void askew(int dim, MatmulPrecision precision) {
    agree(shape(1, 2, 37, 70, dim, false), precision, 1, ALL, 1);
    agree(shape(1, 1, 40, 40, dim, true), precision, 2, ALL, 1);
  }

  /// Fewer keys, or queries, than anything takes at once; a loss of 1e-9.
  @ParameterizedTest
  @MethodSource("dimsAndPrecisions")
  void fewAndTiny(int dim, MatmulPrecision precision) {
    agree(shape(1, 2, 18, 3, dim, false), precision, 0, ALL, 1e-9);
    agree(shape(1, 1, 1, 35, dim, false), precision, 3, ALL, 1);
  }

  /// Gradients that are not wanted are nowhere.
  @ParameterizedTest
  @CsvSource({
    "40,1,HIGH",
    "40,2,HIGH",
    "40,4,HIGH",
    "128,5,MEDIUM",
    "512,3,HIGH",
    "160,6,HIGHEST",
    "40,2,HIGHEST"
  })
  void someGradientsOnly(int dim, int wanted, MatmulPrecision precision) {
    agree(shape(1, 2, 35, 40, dim, false), precision, 0, wanted, 1);
  }

  /// Sizes of a head that no kernel is made for, by those of the next larger one or by several
  /// blocks.
  @ParameterizedTest
  @CsvSource({"3,HIGH", "72,MEDIUM", "81,HIGHEST", "96,HIGHEST", "202,HIGHEST", "600,HIGHEST"})
  void otherSizes(int dim, MatmulPrecision precision) {
    agree(shape(1, 1, 37, 37, dim, true), precision, 0, ALL, 1, 2e-6);
    agree(shape(1, 2, 35, 40, dim, false), precision, 1, ALL, 1, 2e-6);
  }

  /// Scores of a few hundreds below zero: e^−lse would overflow, and a key that does not exist has
  /// the score zero. Rounding moves such a score by 0.1, a probability by a tenth: what is asked is
  /// that gradients are finite and point the same way.
  @ParameterizedTest
  @ValueSource(ints = {40, 80})
  void farBelowZero(int dim) {
    AttentionShape s = new AttentionShape(1, 1, 70, 45, dim, 8f / dim, false);
    Inputs inputs = Inputs.of(s, 7, 1);
    F64[] expected = inputs.expected(s);
    float[][] actual = inputs.actual(s, gpu(MatmulPrecision.HIGH), 0, ALL);
    for (int i = 0; i < expected.length; i++) {
      double dot = 0;
      double e = 0;
      double a = 0;
      for (int at = 0; at < actual[i].length; at++) {
        dot += expected[i].get(at) * actual[i][at];
        e += expected[i].get(at) * expected[i].get(at);
        a += (double) actual[i][at] * actual[i][at];
      }
      double cosine = dot / Math.sqrt(e * a);
      assertTrue(cosine > 0.99, "cosine of gradient " + i + ": " + cosine);
    }
  }

  private static AttentionShape shape(
      int batch, int heads, int queries, int keys, int dim, boolean causal) {
    float scale = (float) (1 / Math.sqrt(dim));
    return new AttentionShape(batch, heads, queries, keys, dim, scale, causal);
  }

  private static Gpu gpu(MatmulPrecision precision) {
    return new Gpu(TestGpu.plain().driver(), null, null, new Precision(precision, false));
  }

  /// @param shift elements by which all buffers are off their boundary of 16 bytes
  /// @param wanted gradients
  /// @param size of dout
  private static void agree(
      AttentionShape s, MatmulPrecision precision, int shift, int wanted, double size) {
    agree(s, precision, shift, wanted, size, tolerance(precision));
  }

  private static void agree(
      AttentionShape s,
      MatmulPrecision precision,
      int shift,
      int wanted,
      double size,
      double tolerance) {
    Inputs inputs = Inputs.of(s, 0, size);
    F64[] expected = inputs.expected(s);
    float[][] actual = inputs.actual(s, gpu(precision), shift, wanted);
    for (int i = 0; i < expected.length; i++) {
      if ((wanted >> i & 1) == 0) {
        continue;
      }
      double error = 0;
      double norm = 0;
      double worst = 0;
      double largest = 0;
      for (int at = 0; at < actual[i].length; at++) {
        double e = expected[i].get(at);
        double off = actual[i][at] - e;
        error += off * off;
        norm += e * e;
        worst = Math.max(worst, Math.abs(off));
        largest = Math.max(largest, Math.abs(e));
      }
      String where = "%s, %s, gradient %d".formatted(s, precision, i);
      double relative = Math.sqrt(error / norm);
      assertTrue(relative <= tolerance, where + ": error " + relative);
      assertTrue(worst <= 5 * tolerance * largest, where + ": largest error " + worst);
    }
  }

  /// Operands, with what the forward pass makes of them.
  private record Inputs(F32 q, F32 k, F32 v, F32 dout, F64 out, F64 lse) {
    /// @param apart twice the distance between the means of q and k
    /// @param size of dout
    static Inputs of(AttentionShape s, double apart, double size) {
      int queries = s.batch() * s.queries() * s.heads() * s.dim();
      int keys = s.batch() * s.keys() * s.heads() * s.dim();
      Inputs it =
          new Inputs(
              Samples.normal(1, queries, apart, 1),
              Samples.normal(2, keys, -apart, 1),
              Samples.normal(3, keys),
              Samples.normal(4, queries, 0, size),
              F64.of(new double[queries]),
              F64.of(new double[s.batch() * s.heads() * s.queries()]));
      REFERENCE.forward(s, it.out, it.lse, it.q, it.k, it.v);
      return it;
    }

    /// dq, dk, dv.
    F64[] expected(AttentionShape s) {
      F64[] gradients = {
        F64.of(new double[q.length()]),
        F64.of(new double[k.length()]),
        F64.of(new double[k.length()])
      };
      REFERENCE.backward(s, gradients[0], gradients[1], gradients[2], dout, out, lse, q, k, v);
      return gradients;
    }

    /// The same on a GPU, where nobody may write around them.
    float[][] actual(AttentionShape s, Gpu gpu, int shift, int wanted) {
      @Nullable GpuF32[] all = new @Nullable GpuF32[3];
      @Nullable GpuF32[] windows = new @Nullable GpuF32[3];
      for (int i = 0; i < 3; i++) {
        if ((wanted >> i & 1) == 1) {
          int length = (i == 0 ? q : k).length();
          float[] junk = new float[length + 2 * GUARD];
          Arrays.fill(junk, 1e3f + i);
          GpuF32 buffer = gpu.allocate(junk.length);
          gpu.upload(buffer, F32.of(junk));
          all[i] = buffer;
          windows[i] = buffer.slice(GUARD + shift, length);
        }
      }
      new AttentionCuda(gpu)
          .backward(
              s,
              windows[0],
              windows[1],
              windows[2],
              onDevice(gpu, dout, shift),
              onDevice(gpu, out, shift),
              onDevice(gpu, lse, shift),
              onDevice(gpu, q, shift),
              onDevice(gpu, k, shift),
              onDevice(gpu, v, shift));
      float[][] gradients = new float[3][];
      for (int i = 0; i < 3; i++) {
        GpuF32 buffer = all[i];
        if (buffer != null) {
          float[] back = new float[buffer.length()];
          gpu.download(F32.of(back), buffer);
          gpu.free(buffer);
          int from = GUARD + shift;
          int to = back.length - GUARD + shift;
          for (int at = 0; at < back.length; at++) {
            if (at < from || at >= to) {
              assertEquals(1e3f + i, back[at], "around gradient " + i + ", at " + at);
            }
          }
          gradients[i] = Arrays.copyOfRange(back, from, to);
        }
      }
      return gradients;
    }

    private static GpuF32 onDevice(Gpu gpu, Buffer values, int shift) {
      float[] copy = new float[values.length()];
      for (int i = 0; i < copy.length; i++) {
        copy[i] = (float) values.get(i);
      }
      GpuF32 buffer = gpu.allocate(copy.length + shift).slice(shift, copy.length);
      gpu.upload(buffer, F32.of(copy));
      return buffer;
    }
  }
}
