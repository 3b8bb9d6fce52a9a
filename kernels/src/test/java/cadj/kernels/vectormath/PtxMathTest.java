package cadj.kernels.vectormath;

import static cadj.kernels.vectormath.FloatSweep.ulps;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.PtxSource;
import cadj.kernels.twins.TestGpu;
import cadj.kernels.unary.Erf;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/// Each function of `math.ptx` over every k-th float of its range, with the bound that stands above
/// it there.
final class PtxMathTest {
  private static final int BLOCK = 256;
  private static final int SAMPLES = 64 * BLOCK;
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;
  private static final float MAX = Float.MAX_VALUE;
  private static final float TINY = Float.MIN_VALUE;

  /// A kernel around one function.
  private static final String KERNEL =
      """
      .version 6.0
      .target sm_70
      .address_size 64
      .func (.reg .f32 %y) FUNCTION (.reg .f32 %x);
      .func (.reg .f32 %y) bell_f32 (.reg .f32 %x);
      .func (.reg .f32 %y) normal_cdf_f32 (.reg .f32 %x, .reg .f32 %bell);
      .func (.reg .f32 %y) cdf_f32 (.reg .f32 %x)
      {
        .reg .f32 %bell;
        call (%bell), bell_f32, (%x);
        call (%y), normal_cdf_f32, (%x, %bell);
        ret;
      }
      .visible .entry map (.param .u64 y, .param .u64 x)
      {
        .reg .u32 %block, %t, %i;
        .reg .u64 %y, %x, %offset;
        .reg .f32 %v;
        ld.param.u64 %y, [y];
        ld.param.u64 %x, [x];
        cvta.to.global.u64 %y, %y;
        cvta.to.global.u64 %x, %x;
        mov.u32 %block, %ctaid.x;
        mov.u32 %t, %tid.x;
        mad.lo.u32 %i, %block, 256, %t;
        mul.wide.u32 %offset, %i, 4;
        add.u64 %y, %y, %offset;
        add.u64 %x, %x, %offset;
        ld.global.f32 %v, [%x];
        call (%v), FUNCTION, (%v);
        st.global.f32 [%y], %v;
        ret;
      }
      """;

  @Test
  void exp() {
    check("exp_f32", Math::exp, -MAX, 88.72f, 1.1);
    special("exp_f32", new float[] {0, 1}, new float[] {-0f, 1}, new float[] {-INF, 0});
    special("exp_f32", new float[] {INF, INF}, new float[] {NAN, NAN}, new float[] {88.73f, INF});
    special("exp_f32", new float[] {-104, 0}, new float[] {-103.9f, TINY});
  }

  @Test
  void log() {
    check("log_f32", Math::log, TINY, MAX, 1);
    special("log_f32", new float[] {1, 0}, new float[] {0, -INF}, new float[] {-0f, -INF});
    special("log_f32", new float[] {INF, INF}, new float[] {-INF, NAN}, new float[] {NAN, NAN});
    special("log_f32", new float[] {-TINY, NAN}, new float[] {-1, NAN});
  }

  @Test
  void sinCos() {
    check("sin_f32", Math::sin, -MAX, MAX, 1.6);
    check("cos_f32", Math::cos, -MAX, MAX, 1.6);
    for (String name : new String[] {"sin_f32", "cos_f32"}) {
      special(name, new float[] {INF, NAN}, new float[] {-INF, NAN}, new float[] {NAN, NAN});
    }
    special("sin_f32", new float[] {0, 0}, new float[] {TINY, TINY}, new float[] {-TINY, -TINY});
    special("cos_f32", new float[] {0, 1}, new float[] {-0f, 1}, new float[] {TINY, 1});
  }

  /// The floats nearest to a multiple of π/2, where next to nothing is left of x.
  @Test
  void nearMultiplesOfHalfPi() {
    float[] x = new float[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      x[i] = (float) (i * (Math.PI / 2));
    }
    x[0] = 0x1.f3787ap+95f; // 16367173·2⁷², the worst of all floats
    float[] sin = map("sin_f32", x);
    float[] cos = map("cos_f32", x);
    for (int i = 0; i < SAMPLES; i++) {
      assertEquals(Math.sin(x[i]), sin[i], 1.6 * Math.ulp((float) Math.sin(x[i])), "sin " + x[i]);
      assertEquals(Math.cos(x[i]), cos[i], 1.6 * Math.ulp((float) Math.cos(x[i])), "cos " + x[i]);
    }
  }

  @Test
  void sigmoid() {
    DoubleUnaryOperator exact = x -> 1 / (1 + Math.exp(-x));
    check("sigmoid_f32", exact, -MAX, MAX, 3);
    check("sigmoid_slope_f32", x -> exact.applyAsDouble(x) * exact.applyAsDouble(-x), -MAX, MAX, 5);
    DoubleUnaryOperator silu = x -> x * exact.applyAsDouble(x);
    check("silu_f32", silu, -80, MAX, 4);
    sweep("silu_f32", silu, -MAX, -80, y -> 4 * Math.ulp((float) y) + 2e-43);
    for (String name : new String[] {"sigmoid_f32", "sigmoid_slope_f32"}) {
      special(name, new float[] {-INF, 0}, new float[] {NAN, NAN});
    }
    special("sigmoid_f32", new float[] {INF, 1}, new float[] {0, 0.5f}, new float[] {100, 1});
    special("sigmoid_slope_f32", new float[] {INF, 0}, new float[] {0, 0.25f});
    special("silu_f32", new float[] {INF, INF}, new float[] {-INF, NAN}, new float[] {NAN, NAN});
    special("silu_f32", new float[] {0, 0}, new float[] {-0f, -0f});
  }

  @Test
  void normal() {
    DoubleUnaryOperator cdf = x -> 0.5 * Erf.erfc(-x * Math.sqrt(0.5));
    DoubleUnaryOperator bell = x -> Math.exp(-0.5 * x * x);
    DoubleUnaryOperator gelu = x -> x * cdf.applyAsDouble(x);
    check("bell_f32", bell, -MAX, MAX, 1.6);
    check("gelu_f32", gelu, -13, MAX, 8);
    sweep("gelu_f32", gelu, -MAX, -13, y -> 8 * Math.ulp((float) y) + 2e-43);
    check("cdf_f32", cdf, -MAX, MAX, 8);
    special("bell_f32", new float[] {0, 1}, new float[] {INF, 0}, new float[] {-INF, 0});
    special("gelu_f32", new float[] {INF, INF}, new float[] {-INF, NAN}, new float[] {NAN, NAN});
    special("gelu_f32", new float[] {0, 0}, new float[] {-0f, -0f}, new float[] {TINY, TINY / 2});
  }

  @Test
  void geluTanh() {
    DoubleUnaryOperator exact =
        x -> x / (1 + Math.exp(-Math.sqrt(8 / Math.PI) * (x + 0.044715 * x * x * x)));
    DoubleUnaryOperator tail =
        x -> {
          double a = Math.abs(x);
          return Math.exp(-Math.sqrt(8 / Math.PI) * (a + 0.044715 * a * a * a));
        };
    check("gelu_tanh_tail_f32", tail, -MAX, MAX, 3);
    check("gelu_tanh_f32", exact, -9.9f, MAX, 5);
    sweep("gelu_tanh_f32", exact, -MAX, -9.9f, y -> 5 * Math.ulp((float) y) + 2e-43);
    special("gelu_tanh_f32", new float[] {INF, INF}, new float[] {-INF, NAN});
    special("gelu_tanh_f32", new float[] {NAN, NAN}, new float[] {0, 0}, new float[] {-0f, -0f});
    special(
        "gelu_tanh_f32", new float[] {TINY, 0}, new float[] {1e4f, 1e4f}, new float[] {-1e4f, 0});
  }

  /// They pass through 0, so what counts is by how much they are off, and not beside what.
  @Test
  void slopes() {
    DoubleUnaryOperator silu = x -> (1 + x / (1 + Math.exp(x))) / (1 + Math.exp(-x));
    DoubleUnaryOperator gelu =
        x ->
            0.5 * Erf.erfc(-x * Math.sqrt(0.5))
                + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    sweep("silu_slope_f32", silu, -1e30f, 1e30f, exact -> 3e-7);
    DoubleUnaryOperator geluTanh =
        x -> {
          double u = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
          double du = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
          double t = Math.tanh(u);
          return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du;
        };
    sweep("gelu_slope_f32", gelu, -1e30f, 1e30f, exact -> 3e-7);
    sweep("gelu_tanh_slope_f32", geluTanh, -1e30f, 1e30f, exact -> 3e-7);
    for (String name : new String[] {"silu_slope_f32", "gelu_slope_f32", "gelu_tanh_slope_f32"}) {
      special(name, new float[] {0, 0.5f}, new float[] {NAN, NAN}, new float[] {INF, NAN});
      special(name, new float[] {-INF, NAN}, new float[] {100, 1}, new float[] {-1e4f, 0});
    }
  }

  private static void check(
      String function, DoubleUnaryOperator exact, float from, float to, double units) {
    sweep(function, exact, from, to, ulps(units));
  }

  private static void sweep(
      String function, DoubleUnaryOperator exact, float from, float to, FloatSweep.Bound bound) {
    FloatSweep.check(function, SAMPLES, x -> map(function, x), exact, from, to, bound);
  }

  /// Pairs of argument and value, exact but for the sign of 0 and the bits of NaN.
  private static void special(String function, float[]... pairs) {
    float[] x = new float[SAMPLES];
    Arrays.fill(x, 1);
    for (int i = 0; i < pairs.length; i++) {
      x[i] = pairs[i][0];
    }
    float[] y = map(function, x);
    for (int i = 0; i < pairs.length; i++) {
      assertEquals(pairs[i][1], y[i], 0f, function + "(" + x[i] + ")");
    }
  }

  /// @param x [#SAMPLES] values
  private static float[] map(String function, float[] x) {
    Gpu gpu = TestGpu.plain();
    PtxSource source =
        PtxSource.of(function + ".ptx", KERNEL.replace("FUNCTION", function)).with(PtxMath.SOURCE);
    float[] y = new float[x.length];
    gpu.launch(source, "map")
        .grid(x.length / BLOCK)
        .block(BLOCK)
        .out(F32.of(y))
        .in(F32.of(x))
        .run();
    return y;
  }
}
