package cadj.bench.gpu;

import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.roofline.Roofline;

/// Measures a [Roofline] on a GPU, in single precision without tensor cores.
public final class GpuRoofline {
  public static final PtxSource SOURCE = PtxSource.beside(GpuRoofline.class, "roofline.ptx");

  private static final int THREADS = 256;
  private static final int BLOCKS_PER_MULTIPROCESSOR = 8;
  private static final int CHAINS = 8;
  private static final int TRIES = 5;

  private final Gpu gpu;
  private final int rounds;
  private final int quads;
  private final int blocks;
  private final GpuF32 a;
  private final GpuF32 b;
  private final GpuF32 c;
  private final GpuF32 sink;

  /// @param rounds of multiplications and additions that each thread does
  /// @param length of the arrays, a multiple of 4, and more than the caches hold
  public GpuRoofline(Gpu gpu, int rounds, int length) {
    this.gpu = gpu;
    this.rounds = rounds;
    this.quads = length / 4;
    this.blocks = BLOCKS_PER_MULTIPROCESSOR * gpu.driver().multiprocessors();
    this.a = gpu.allocate(length);
    this.b = filled(length);
    this.c = filled(length);
    this.sink = gpu.allocate(blocks * THREADS);
  }

  private GpuF32 filled(int length) {
    GpuF32 buffer = gpu.allocate(length);
    gpu.driver().fill(buffer.address(), Float.floatToIntBits(1), length);
    return buffer;
  }

  /// The best of a few tries each.
  public Roofline measure() {
    double flop = 2.0 * CHAINS * rounds * THREADS * blocks;
    double array = 16.0 * quads;
    return new Roofline(
        flop / seconds(launch("roofline_fma").out(sink).i32(rounds)),
        array / seconds(launch("roofline_sum").out(sink).in(b).i32(quads)),
        3 * array / seconds(launch("roofline_triad").out(a).in(b).in(c).i32(quads)));
  }

  private Launch launch(String kernel) {
    return gpu.launch(SOURCE, kernel).grid(blocks).block(THREADS);
  }

  private double seconds(Launch launch) {
    launch.run();
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < TRIES; i++) {
      long from = gpu.driver().mark();
      launch.run();
      long to = gpu.driver().mark();
      best = Math.min(best, gpu.driver().milliseconds(from, to) * 1e-3);
      gpu.driver().forget(from);
      gpu.driver().forget(to);
    }
    return best;
  }
}
