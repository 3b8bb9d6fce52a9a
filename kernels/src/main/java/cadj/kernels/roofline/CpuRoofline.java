package cadj.kernels.roofline;

import cadj.kernels.device.Cpu;
import java.util.Arrays;
import java.util.function.IntConsumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The processor's [Roofline], in a few hundredths of a second, with the Vector API.
public final class CpuRoofline implements RooflineProbe {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /// Elements of each of three arrays, for all threads together: 128 MB, more than most caches
  /// hold.
  private static final int LENGTH = 1 << 25;

  /// Independent sums: an FMA takes about four cycles, and two can start in each.
  private static final int CHAINS = 12;

  /// Arrays are cut at multiples of this, so that loops have no tails.
  private static final int STRIDE = 1024;

  private static final int FMA_ROUNDS = 1 << 20;
  private static final int TRIES = 3;

  private final Cpu cpu;
  private final int perThread;
  private final float[][] a;
  private final float[][] b;
  private final float[][] c;

  /// Where results go, so that no work is dead.
  private final float[] sink;

  public CpuRoofline(Cpu cpu) {
    this(cpu, LENGTH);
  }

  /// @param length elements of each of three arrays; where they fit into a cache, that is measured
  public CpuRoofline(Cpu cpu, int length) {
    this.cpu = cpu;
    perThread = Math.ceilDiv(length / cpu.threads(), STRIDE) * STRIDE;
    a = arrays(1);
    b = arrays(2);
    c = arrays(3);
    sink = new float[cpu.threads()];
  }

  private float[][] arrays(float value) {
    float[][] arrays = new float[cpu.threads()][perThread];
    cpu.parallel(cpu.threads(), i -> Arrays.fill(arrays[i], value));
    return arrays;
  }

  @Override
  public Roofline measure() {
    double threads = cpu.threads();
    double flop = 2.0 * FMA_ROUNDS * CHAINS * SPECIES.length() * threads;
    double array = (double) Float.BYTES * perThread * threads;
    return new Roofline(
        flop / seconds(i -> sink[i] = fma(sink[i])),
        array / seconds(i -> sink[i] = sum(a[i])),
        3 * array / seconds(i -> triad(a[i], b[i], c[i])));
  }

  private double seconds(IntConsumer work) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < TRIES; i++) {
      long start = System.nanoTime();
      cpu.parallel(cpu.threads(), work);
      best = Math.min(best, (System.nanoTime() - start) * 1e-9);
    }
    return best;
  }

  /// One local variable for each chain: arrays of vectors would live in memory.
  private static float fma(float start) {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector y = FloatVector.broadcast(SPECIES, start + 1e-3f);
    FloatVector s0 = y;
    FloatVector s1 = y;
    FloatVector s2 = y;
    FloatVector s3 = y;
    FloatVector s4 = y;
    FloatVector s5 = y;
    FloatVector s6 = y;
    FloatVector s7 = y;
    FloatVector s8 = y;
    FloatVector s9 = y;
    FloatVector s10 = y;
    FloatVector s11 = y;
    for (int i = 0; i < FMA_ROUNDS; i++) {
      s0 = s0.fma(x, y);
      s1 = s1.fma(x, y);
      s2 = s2.fma(x, y);
      s3 = s3.fma(x, y);
      s4 = s4.fma(x, y);
      s5 = s5.fma(x, y);
      s6 = s6.fma(x, y);
      s7 = s7.fma(x, y);
      s8 = s8.fma(x, y);
      s9 = s9.fma(x, y);
      s10 = s10.fma(x, y);
      s11 = s11.fma(x, y);
    }
    FloatVector low = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
    FloatVector high = s6.add(s7).add(s8).add(s9).add(s10).add(s11);
    return low.add(high).lane(0) * 1e-9f;
  }

  private static float sum(float[] x) {
    int lanes = SPECIES.length();
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = 0; i < x.length; i += 4 * lanes) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, x, i));
      s1 = s1.add(FloatVector.fromArray(SPECIES, x, i + lanes));
      s2 = s2.add(FloatVector.fromArray(SPECIES, x, i + 2 * lanes));
      s3 = s3.add(FloatVector.fromArray(SPECIES, x, i + 3 * lanes));
    }
    return s0.add(s1).add(s2).add(s3).lane(0);
  }

  private static void triad(float[] a, float[] b, float[] c) {
    int lanes = SPECIES.length();
    FloatVector scale = FloatVector.broadcast(SPECIES, 0.5f);
    for (int i = 0; i < a.length; i += lanes) {
      FloatVector.fromArray(SPECIES, c, i)
          .fma(scale, FloatVector.fromArray(SPECIES, b, i))
          .intoArray(a, i);
    }
  }
}
