package cadj.kernels.adamw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.function.BiConsumer;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Single steps from any state, at sizes about a vector and a task.
final class AdamWKernelTest {
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();
  private static final int[] SIZES = {
    0,
    1,
    LANES - 1,
    LANES,
    LANES + 1,
    3 * LANES + 2,
    300,
    700,
    1023,
    1024,
    1025,
    (1 << 14) - 1,
    (1 << 14) + 1,
    40_003
  };
  private static final AdamWRates RATES = new AdamWRates(1e-2f, 0.9f, 0.999f, 1e-8f, 0.1f);

  private final AdamWKernel reference = new AdamWReference();
  private final AdamWKernel fast = new AdamWVector(new Cpu(2));

  /// From no moments, m̂ = g and v̂ = g²: whatever its size, a gradient moves by the rate.
  @Test
  void firstStepIsTheRate() {
    F64 p = F64.of(2, 2, 2);
    F64 m = F64.of(0, 0, 0);
    F64 v = F64.of(0, 0, 0);
    reference.step(p, F64.of(3, -40, 0), m, v, new AdamWRates(0.5f, 0.75f, 0.5f, 0, 0.25f), 1);
    assertEquals(2 * 0.875 - 0.5, p.get(0), 1e-15);
    assertEquals(2 * 0.875 + 0.5, p.get(1), 1e-15);
    assertEquals(Double.NaN, p.get(2), "0/0 without epsilon");
    assertArrayEquals(new double[] {0.75, -10, 0}, m.array());
    assertArrayEquals(new double[] {4.5, 800, 0}, v.array());
  }

  /// m̂ = 3/(1 − ½²) = 4 and v̂ = 12/(1 − ½²) = 16, so the step is 4/(√16 + 1) of the rate.
  @Test
  void momentsAreCorrectedByTheStepsTaken() {
    F64 p = F64.of(1);
    F64 m = F64.of(2);
    F64 v = F64.of(8);
    AdamWRates rates = new AdamWRates(0.5f, 0.5f, 0.5f, 1, 0);
    reference.step(p, F64.of(4), m, v, rates, 2);
    assertEquals(3, m.get(0));
    assertEquals(12, v.get(0));
    assertEquals(0.6, p.get(0), 1e-15);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 1000, 1_000_000})
  void agree(int t) {
    for (int n : SIZES) {
      F32 v = Samples.normal(4, n);
      for (int i = 0; i < n; i++) {
        v.set(i, v.get(i) * v.get(i));
      }
      agree("adamw", Samples.normal(1, n), Samples.normal(2, n), Samples.normal(3, n), v, t);
    }
  }

  /// Zeros, numbers whose square is next to nothing or next to overflow, infinities and NaN, at
  /// every place of a vector: they stay where they are.
  @Test
  void extremes() {
    float[] gradients = {0, -0f, 1e-44f, -1e-44f, 1e-23f, 1e-10f, -5e20f, Float.NaN, 1, INF, -INF};
    int n = gradients.length * (2 * LANES + 1);
    F32 g = F32.of(new float[n]);
    for (int i = 0; i < n; i++) {
      g.set(i, gradients[i % gradients.length]);
    }
    F32 zero = F32.of(new float[n]);
    agree("adamw of extremes", Samples.normal(1, n), g, zero, zero, 1);
    agree("adamw of extreme parameters", g, Samples.normal(1, n), zero, zero, 1);
    agree("adamw of extreme means", Samples.normal(1, n), zero, g, Samples.normal(2, n, 9, 0), 5);
  }

  /// Vectors and the remainder compute alike, so the cut does not show.
  @Test
  void elementsAreAlikeWhereverTheyStand() {
    int n = 2 * LANES + 3;
    F32 g = Samples.normal(2, n);
    F32[] whole = {Samples.normal(1, n), Samples.normal(3, n), Samples.normal(4, n, 1e-3, 1e-4)};
    F32[] single = {Samples.normal(1, n), Samples.normal(3, n), Samples.normal(4, n, 1e-3, 1e-4)};
    fast.step(whole[0], g, whole[1], whole[2], RATES, 3);
    for (int i = 0; i < n; i++) {
      fast.step(
          single[0].slice(i, 1),
          g.slice(i, 1),
          single[1].slice(i, 1),
          single[2].slice(i, 1),
          RATES,
          3);
    }
    for (int b = 0; b < whole.length; b++) {
      assertArrayEquals(single[b].array(), whole[b].array(), "buffer " + b);
    }
  }

  /// Each buffer in turn off its boundary of 16 bytes, or alone on it.
  @Test
  void askewBuffers() {
    F32[] start = {
      Samples.normal(1, 1030),
      Samples.normal(2, 1030),
      Samples.normal(3, 1030),
      Samples.normal(4, 1030, 3, 0.1)
    };
    for (int which = 0; which < 4; which++) {
      int odd = which;
      agree(
          "adamw with buffer " + which + " askew",
          (k, o) -> {
            Buffer[] all = new Buffer[4];
            for (int i = 0; i < 4; i++) {
              o[i].set(0, 0);
              o[i].set(1030, 0);
              all[i] = o[i].slice(i == odd ? 1 : 0, 1030);
              Twins.write(all[i], start[i]);
            }
            k.step(all[0], all[1], all[2], all[3], RATES, 2);
          },
          1031,
          1031,
          1031,
          1031);
    }
  }

  @Test
  void refusesOtherTypesAndShortBuffers() {
    F32 three = F32.of(new float[3]);
    F32 two = three.slice(0, 2);
    F64 wide = F64.of(new double[3]);
    assertThrows(IllegalArgumentException.class, () -> step(three, wide, three, three));
    assertThrows(IndexOutOfBoundsException.class, () -> step(three, two, three, three));
    assertThrows(IndexOutOfBoundsException.class, () -> step(three, three, two, three));
    assertThrows(IndexOutOfBoundsException.class, () -> step(three, three, three, two));
  }

  private void step(Buffer p, Buffer g, Buffer m, Buffer v) {
    fast.step(p, g, m, v, RATES, 1);
  }

  private void agree(String name, F32 p, F32 g, F32 m, F32 v, int t) {
    int n = p.length();
    agree(
        "%s of %d, step %d".formatted(name, n, t),
        (k, o) -> {
          Twins.write(o[0], p);
          Twins.write(o[1], m);
          Twins.write(o[2], v);
          k.step(o[0], g, o[1], o[2], RATES, t);
        },
        n,
        n,
        n);
  }

  private void agree(String name, BiConsumer<AdamWKernel, Buffer[]> run, int... lengths) {
    Twins.assertAgree(name, reference, AdamWVector::new, 1e-6, run::accept, lengths);
    Twins.assertAgreeOnGpu(name, reference, AdamWCuda::new, 1e-6, run, lengths);
  }
}
