package cadj.kernels.roofline;

import cadj.kernels.device.Cpu;
import java.util.Arrays;
import java.util.function.IntConsumer;

/// The processor's [Roofline], in a few hundredths of a second, with the Vector API. To make one
/// takes half a second more, in which the loops are compiled.
public final class CpuRoofline implements RooflineProbe {
  /// Elements of each of three arrays, for all threads together: 128 MB, more than most caches
  /// hold.
  private static final int LENGTH = 1 << 25;

  /// Arrays are cut at multiples of this, so that loops have no tails.
  private static final int STRIDE = 1024;

  private static final int FMA_ROUNDS = 1 << 20;
  private static final int TRIES = 3;

  /// Nanoseconds, by which time the loops have been compiled, where they are compiled early.
  private static final long WARM_UP = 500_000_000;

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
    warmUp();
  }

  /// What is measured first would else be the interpreter.
  private void warmUp() {
    float[] few = new float[STRIDE];
    for (long start = System.nanoTime(); System.nanoTime() - start < WARM_UP; ) {
      sink[0] += RooflineLoops.fma(sink[0], STRIDE) + RooflineLoops.sum(few);
      RooflineLoops.triad(few, few, few);
    }
  }

  private float[][] arrays(float value) {
    float[][] arrays = new float[cpu.threads()][perThread];
    cpu.parallel(cpu.threads(), i -> Arrays.fill(arrays[i], value));
    return arrays;
  }

  @Override
  public Roofline measure() {
    double threads = cpu.threads();
    double flop = 2.0 * FMA_ROUNDS * RooflineLoops.FMAS * threads;
    double array = (double) Float.BYTES * perThread * threads;
    return new Roofline(
        flop / seconds(i -> sink[i] = RooflineLoops.fma(sink[i], FMA_ROUNDS)),
        array / seconds(i -> sink[i] = RooflineLoops.sum(a[i])),
        3 * array / seconds(i -> RooflineLoops.triad(a[i], b[i], c[i])));
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
}
