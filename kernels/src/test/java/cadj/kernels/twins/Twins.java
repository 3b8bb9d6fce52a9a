package cadj.kernels.twins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// Runs a fast kernel on one, two and three threads: the outputs must be near the reference's, the
/// same bits each time, and everything around them untouched.
public final class Twins {
  private static final List<Cpu> CPUS = List.of(new Cpu(1), new Cpu(2), new Cpu(3));
  private static final int GUARD = 67;

  /// Fast kernels may flush to zero what is next to nothing.
  private static final double UNDERFLOW = 1e-37;

  private Twins() {}

  /// Compares outputs of the given lengths; `run` calls a kernel that writes all of them.
  ///
  /// @param tolerance allowed |difference|, as a share of the largest finite |value| of an output
  public static <K> void assertAgree(
      String name,
      K reference,
      Function<Cpu, K> fast,
      double tolerance,
      BiConsumer<K, F32[]> run,
      int... lengths) {
    F32[] expected = outputs(lengths);
    run.accept(reference, expected);
    F32[] first = outputs(lengths);
    for (Cpu cpu : CPUS) {
      F32[] actual = cpu == CPUS.getFirst() ? first : outputs(lengths);
      run.accept(fast.apply(cpu), actual);
      for (int i = 0; i < lengths.length; i++) {
        String where = "%s, output %d, %d threads".formatted(name, i, cpu.threads());
        assertGuards(where, actual[i]);
        assertSameBits(where, first[i], actual[i]);
        assertClose(where, expected[i], actual[i], tolerance);
      }
    }
  }

  /// |expected − actual| ≤ tolerance·max|expected| everywhere; NaN and infinities in place.
  public static void assertClose(String name, Buffer expected, Buffer actual, double tolerance) {
    assertEquals(expected.length(), actual.length(), name);
    double max = 0;
    for (int i = 0; i < expected.length(); i++) {
      if (Double.isFinite(expected.get(i))) {
        max = Math.max(max, Math.abs(expected.get(i)));
      }
    }
    for (int i = 0; i < expected.length(); i++) {
      double e = expected.get(i);
      double a = actual.get(i);
      int at = i;
      assertTrue(
          Double.compare(e, a) == 0 || Math.abs(e - a) <= tolerance * max + UNDERFLOW,
          () ->
              "%s: at %d expected %s, got %s, off by %s (tolerance %s of the largest)"
                  .formatted(name, at, e, a, Math.abs(e - a), tolerance));
    }
  }

  private static void assertSameBits(String name, F32 expected, F32 actual) {
    for (int i = 0; i < expected.length(); i++) {
      int at = i;
      assertEquals(
          Float.floatToIntBits((float) expected.get(i)),
          Float.floatToIntBits((float) actual.get(i)),
          () -> name + ": other bits than with one thread at " + at);
    }
  }

  private static F32[] outputs(int... lengths) {
    F32[] outputs = new F32[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      float[] array = ((F32) Buffer.allocate(DType.F32, lengths[i] + 2 * GUARD)).array();
      for (int k = 0; k < array.length; k++) {
        array[k] = junk(k);
      }
      outputs[i] = new F32(array, GUARD, lengths[i]);
    }
    return outputs;
  }

  private static void assertGuards(String name, F32 output) {
    float[] array = output.array();
    for (int k = 0; k < array.length; k++) {
      if (k < GUARD || k >= array.length - GUARD) {
        int at = k - GUARD;
        assertEquals(junk(k), array[k], () -> name + ": wrote outside its output, at " + at);
      }
    }
  }

  private static float junk(int k) {
    return 1e3f + k;
  }
}
