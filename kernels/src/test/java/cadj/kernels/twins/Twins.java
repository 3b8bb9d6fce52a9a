package cadj.kernels.twins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
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
    if (TestGpu.isBehindStubs()) {
      return; // seen elsewhere
    }
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

  /// Compares the kernel of a GPU ([TestGpu]) with its reference, twice: with outputs that lie on a
  /// boundary of 16 bytes, and with outputs that do not. Inputs on the host are copied to such a
  /// boundary for each launch.
  ///
  /// @param tolerance as for [#assertAgree]
  public static <K> void assertAgreeOnGpu(
      String name,
      K reference,
      Function<Gpu, K> onGpu,
      double tolerance,
      BiConsumer<K, Buffer[]> run,
      int... lengths) {
    if (TestGpu.isLeftOut()) {
      return;
    }
    Gpu gpu = TestGpu.plain();
    F32[] expected = outputs(lengths);
    run.accept(reference, expected);
    for (int guard : new int[] {64, 67}) {
      F32[] actual = outputs(guard, lengths);
      GpuF32[] onDevice = new GpuF32[lengths.length];
      GpuF32[] windows = new GpuF32[lengths.length];
      for (int i = 0; i < lengths.length; i++) {
        onDevice[i] = gpu.allocate(lengths[i] + 2 * GUARD);
        gpu.upload(onDevice[i], F32.of(actual[i].array()));
        windows[i] = onDevice[i].slice(guard, lengths[i]);
      }
      run.accept(onGpu.apply(gpu), windows);
      for (int i = 0; i < lengths.length; i++) {
        String where = "%s on the GPU, output %d from element %d".formatted(name, i, guard);
        gpu.download(F32.of(actual[i].array()), onDevice[i]);
        gpu.free(onDevice[i]);
        assertGuards(where, actual[i]);
        assertClose(where, expected[i], actual[i], tolerance);
      }
    }
  }

  /// Writes `values` behind the first element of an output that is one longer, and returns them
  /// there: on a GPU an input off its boundary of 16 bytes while other outputs lie on theirs, and
  /// the other way round.
  public static Buffer askew(Buffer output, F32 values) {
    output.set(0, 0);
    Buffer window = output.slice(1, values.length());
    write(window, values);
    return window;
  }

  /// Overwrites `to`, on any device, with as many values.
  public static void write(Buffer to, F32 values) {
    if (to instanceof GpuF32 onDevice) {
      onDevice.gpu().upload(onDevice, values);
    } else {
      F32 host = F32.of(to);
      System.arraycopy(
          values.array(), values.offset(), host.array(), host.offset(), values.length());
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
    return outputs(GUARD, lengths);
  }

  /// Windows from element `from` on. Gaps between a kernel's outputs are part of them: so what they
  /// hold does not depend on where the window lies.
  private static F32[] outputs(int from, int[] lengths) {
    F32[] outputs = new F32[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      float[] array = new float[lengths[i] + 2 * GUARD];
      for (int k = 0; k < array.length; k++) {
        array[k] = junk(k - from);
      }
      outputs[i] = new F32(array, from, lengths[i]);
    }
    return outputs;
  }

  private static void assertGuards(String name, F32 output) {
    float[] array = output.array();
    for (int k = 0; k < array.length; k++) {
      if (k < output.offset() || k >= output.offset() + output.length()) {
        int at = k - output.offset();
        assertEquals(junk(at), array[k], () -> name + ": wrote outside its output, at " + at);
      }
    }
  }

  private static float junk(int k) {
    return 1e3f + k;
  }
}
