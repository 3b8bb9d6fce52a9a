package cadj.kernels.vectormath;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import cadj.kernels.device.F32;
import cadj.kernels.twins.Samples;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/// Every element is one fused multiply-add, to the bit, and nothing else is touched.
final class AxpyTest {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();

  @Test
  void fusesEveryElementOfTheRunAlone() {
    for (int n : new int[] {0, 1, LANES - 1, LANES, LANES + 1, 3 * LANES + 2}) {
      check(0.3f, Samples.normal(1, n), Samples.normal(2, n));
    }
  }

  @Test
  void extremes() {
    float inf = Float.POSITIVE_INFINITY;
    float[] values = {0, -0f, 1e-44f, 1e-30f, 3e38f, -3e38f, inf, -inf, Float.NaN, 1};
    int n = values.length * values.length;
    F32 x = F32.of(new float[n]);
    F32 y = F32.of(new float[n]);
    for (int i = 0; i < n; i++) {
      x.set(i, values[i % values.length]);
      y.set(i, values[i / values.length]);
    }
    for (float a : values) {
      check(a, x, y);
    }
  }

  private static void check(float a, F32 x, F32 y) {
    float[] expected = y.array().clone();
    for (int i = 0; i < y.length(); i++) {
      expected[y.offset() + i] = Math.fma(a, (float) x.get(i), (float) y.get(i));
    }
    Axpy.run(y.array(), y.offset(), a, x.array(), x.offset(), y.length());
    assertArrayEquals(expected, y.array(), "n = " + y.length() + ", a = " + a);
  }
}
