package cadj.kernels.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Driver;
import cadj.kernels.device.F32;
import cadj.kernels.device.Factors;
import cadj.kernels.device.ForwardingDriver;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.TestGpu;
import cadj.kernels.twins.Twins;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Attention on a GPU's tensor cores, from factors rounded to TF32 or BF16, against the reference
/// in double precision.
///
/// With u the largest relative error of rounding (2⁻¹¹, 2⁻⁸): of factors that are rounded already
/// scores are exact but for their sums, and each weight is off by up to u of itself, in no
/// particular direction; so an output is off by less than u times the mean size of the values. Of
/// other factors a score q·k/√d of standard normal factors is off by about u, and so is a weight by
/// u of itself.
@DisabledIfSystemProperty(
    named = "cadj.gpu",
    matches = "none",
    disabledReason = "the same whatever the processor's vectors")
@Execution(ExecutionMode.CONCURRENT)
final class RoundedAttentionTest {
  private static final int[] SIZES = {40, 64, 80, 128, 160, 512};

  private final AttentionKernel reference = new AttentionReference();

  /// What a kernel's factors are rounded to.
  enum Rounding {
    TF32(MatmulPrecision.HIGH, 0x1p-11) {
      @Override
      float round(float x) {
        return Float.intBitsToFloat((Float.floatToRawIntBits(x) + 0x1000) & 0xffffe000);
      }
    },
    BF16(MatmulPrecision.MEDIUM, 0x1p-8) {
      @Override
      float round(float x) {
        int bits = Float.floatToRawIntBits(x);
        return Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
      }
    };

    private final MatmulPrecision matmul;
    private final double error;

    Rounding(MatmulPrecision matmul, double error) {
      this.matmul = matmul;
      this.error = error;
    }

    /// To nearest.
    abstract float round(float x);

    F32 round(F32 x) {
      F32 y = F32.of(new float[x.length()]);
      for (int i = 0; i < x.length(); i++) {
        y.set(i, round((float) x.get(i)));
      }
      return y;
    }

    AttentionKernel kernel(Gpu gpu) {
      return new AttentionCuda(new Gpu(gpu.driver(), null, null, new Precision(matmul, false)));
    }
  }

  static List<Arguments> sizes() {
    List<Arguments> all = new ArrayList<>();
    for (int dim : SIZES) {
      for (Rounding factors : Rounding.values()) {
        all.add(Arguments.of(dim, factors));
      }
    }
    return all;
  }

  /// Some more queries than a block has, and some more keys than a tile.
  @ParameterizedTest
  @MethodSource("sizes")
  void agree(int dim, Rounding factors) {
    int rows = ForwardTiles.of(Factors.TF32, dim).rows();
    agree(shape(1, 2, rows + 2, 77, dim, false), factors);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void agreeCausal(int dim, Rounding factors) {
    agree(shape(2, 1, 68, 68, dim, true), factors);
  }

  /// As few as there can be.
  @ParameterizedTest
  @MethodSource("sizes")
  void fewKeys(int dim, Rounding factors) {
    agree(shape(2, 2, 3, 1, dim, false), factors);
  }

  /// Inputs off their boundary of 16 bytes while outputs lie on theirs, and the other way round.
  @ParameterizedTest
  @MethodSource("sizes")
  void askew(int dim, Rounding factors) {
    AttentionShape s = shape(1, 2, 19, 37, dim, false);
    Inputs in = new Inputs(s, factors::round);
    Twins.assertAgreeOnGpu(
        s + ", askew, " + factors,
        reference,
        factors::kernel,
        factors.error,
        (kernel, o) ->
            kernel.forward(
                s,
                o[0],
                o[1],
                Twins.askew(o[2], in.q),
                Twins.askew(o[3], in.k),
                Twins.askew(o[4], in.v)),
        in.q.length(),
        rows(s),
        in.q.length() + 1,
        in.k.length() + 1,
        in.v.length() + 1);
  }

  /// Factors are rounded to the nearest: those that are already have the same result, bit for bit.
  /// And that is near the result of those that are not, within 4 of the errors told above.
  @ParameterizedTest
  @MethodSource("sizes")
  void roundsToNearest(int dim, Rounding factors) {
    AttentionShape s = shape(1, 1, 21, 45, dim, false);
    Inputs in = new Inputs(s, x -> x);
    Inputs rounded = new Inputs(s, factors::round);
    F32 expected = F32.of(new float[in.q.length()]);
    F32 ofRounded = F32.of(new float[in.q.length()]);
    F32 actual = F32.of(new float[in.q.length()]);
    F32 lse = F32.of(new float[rows(s)]);
    F32 actualLse = F32.of(new float[rows(s)]);
    AttentionKernel kernel = factors.kernel(TestGpu.plain());
    kernel.forward(s, ofRounded, lse, rounded.q, rounded.k, rounded.v);
    kernel.forward(s, actual, actualLse, in.q, in.k, in.v);
    assertArrayEquals(ofRounded.array(), actual.array());
    assertArrayEquals(lse.array(), actualLse.array());
    reference.forward(s, expected, lse, in.q, in.k, in.v);
    Twins.assertClose(s + ", " + factors, expected, actual, 4 * factors.error);
    Twins.assertClose(s + " lse, " + factors, lse, actualLse, 4 * factors.error);
    // Of rounded factors scores, and so the log of their powers' sum, are exact but for the sums.
    reference.forward(s, expected, lse, rounded.q, rounded.k, rounded.v);
    Twins.assertClose(s + " lse of rounded, " + factors, lse, actualLse, 2e-6);
  }

  /// NaN in a query stays with that query; keys that are −∞ along a query count for nothing, be
  /// they all of a tile. Scores of hundreds.
  @ParameterizedTest
  @MethodSource("sizes")
  void extremes(int dim, Rounding factors) {
    AttentionShape s = new AttentionShape(1, 1, 20, 150, dim, 1, false);
    F32 q = F32.of(new float[20 * dim]);
    F32 k = factors.round(Samples.normal(2, 150 * dim, 0, 60));
    F32 v = factors.round(Samples.normal(3, 150 * dim));
    for (int i = 0; i < 20; i++) {
      q.set(i * dim, 3);
      q.set(i * dim + dim - 1, -2);
    }
    q.set(7 * dim + 3, Double.NaN);
    for (int i = 0; i < 150; i++) {
      if (i < 70 || i == 100 || i >= 128) {
        k.set(i * dim, Double.NEGATIVE_INFINITY);
        k.set(i * dim + 1, 0);
      }
    }
    assertAgree(s, factors, q, k, v);
  }

  /// Without keys there is nothing to average.
  @ParameterizedTest
  @EnumSource
  void noKeys(Rounding factors) {
    for (int dim : new int[] {40, 512}) {
      agree(shape(1, 1, 3, 0, dim, false), factors);
    }
  }

  /// Tensor cores before those of compute capability 8.0 take neither TF32 nor BF16.
  @ParameterizedTest
  @EnumSource
  void olderCardsRoundNothing(Rounding factors) {
    AttentionShape s = shape(1, 1, 9, 11, 40, false);
    Inputs in = new Inputs(s, x -> x);
    F32 expected = F32.of(new float[in.q.length()]);
    F32 actual = F32.of(new float[in.q.length()]);
    F32 lse = F32.of(new float[rows(s)]);
    Driver older =
        new ForwardingDriver(TestGpu.plain().driver()) {
          @Override
          public int capability() {
            return 75;
          }
        };
    new AttentionCuda(TestGpu.plain()).forward(s, expected, lse, in.q, in.k, in.v);
    factors.kernel(new Gpu(older)).forward(s, actual, lse, in.q, in.k, in.v);
    assertArrayEquals(expected.array(), actual.array());
  }

  private void agree(AttentionShape s, Rounding factors) {
    Inputs in = new Inputs(s, factors::round);
    assertAgree(s, factors, in.q, in.k, in.v);
  }

  private void assertAgree(AttentionShape s, Rounding factors, F32 q, F32 k, F32 v) {
    Twins.assertAgreeOnGpu(
        s + ", " + factors,
        reference,
        factors::kernel,
        factors.error,
        (AttentionKernel kernel, Buffer[] o) -> kernel.forward(s, o[0], o[1], q, k, v),
        q.length(),
        rows(s));
  }

  private static AttentionShape shape(
      int batch, int heads, int queries, int keys, int dim, boolean causal) {
    float scale = (float) (1 / Math.sqrt(dim));
    return new AttentionShape(batch, heads, queries, keys, dim, scale, causal);
  }

  private static int rows(AttentionShape s) {
    return s.batch() * s.heads() * s.queries();
  }

  /// Standard normal factors.
  private record Inputs(F32 q, F32 k, F32 v) {
    Inputs(AttentionShape s, UnaryOperator<F32> rounding) {
      int perToken = s.batch() * s.heads() * s.dim();
      this(
          rounding.apply(Samples.normal(1, perToken * s.queries())),
          rounding.apply(Samples.normal(2, perToken * s.keys())),
          rounding.apply(Samples.normal(3, perToken * s.keys())));
    }
  }
}
