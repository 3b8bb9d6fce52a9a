package cadj.kernels.roofline;

import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.PtxTiles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A GPU's [Roofline] in single precision without tensor cores, by the device's own clock. Products
/// in TF32 or F16 may exceed it.
public final class GpuRoofline implements RooflineProbe, AutoCloseable {
  public static final PtxSource SOURCE =
      PtxSource.beside(GpuRoofline.class, "roofline.ptx").with(PtxTiles.SOURCE);

  /// Threads of a block.
  public static final int THREADS = 256;

  /// A millisecond or two on a large card.
  private static final int ROUNDS = 1 << 14;

  /// Elements of each of three arrays: 256 MB each, more than the caches hold.
  private static final int LENGTH = 1 << 26;

  private static final int BLOCKS_PER_MULTIPROCESSOR = 8;
  private static final int CHAINS = 8;
  private static final int TRIES = 5;

  private final Gpu gpu;
  private final int rounds;
  private final int quads;
  private final int blocks;
  private final List<GpuF32> taken = new ArrayList<>();
  private final GpuF32 a;
  private final GpuF32 b;
  private final GpuF32 c;
  private final GpuF32 sink;

  public GpuRoofline(Gpu gpu) {
    this(gpu, ROUNDS, LENGTH);
  }

  /// @param rounds of multiplications and additions that each thread does
  /// @param length of the arrays, a multiple of 4; where they fit into a cache, that is measured
  /// @throws DeviceOutOfMemoryException if they do not fit into the device's memory
  public GpuRoofline(Gpu gpu, int rounds, int length) {
    this.gpu = gpu;
    this.rounds = rounds;
    this.quads = length / 4;
    this.blocks = BLOCKS_PER_MULTIPROCESSOR * gpu.driver().multiprocessors();
    try {
      this.a = take(length);
      this.b = take(length);
      this.c = take(length);
      this.sink = take(blocks * THREADS);
    } catch (DeviceOutOfMemoryException e) {
      close();
      throw e;
    }
    gpu.fill(b, 1);
    gpu.fill(c, 1);
  }

  private GpuF32 take(int length) {
    GpuF32 buffer = gpu.allocate(length);
    taken.add(buffer);
    return buffer;
  }

  /// Gives the arrays back.
  @Override
  public void close() {
    taken.forEach(gpu::free);
    taken.clear();
  }

  @Override
  public Roofline measure() {
    double flop = 2.0 * CHAINS * rounds * THREADS * blocks;
    double array = 16.0 * quads;
    return new Roofline(
        flop / seconds(() -> launch("roofline_fma").out(sink).i32(rounds)),
        array / seconds(() -> launch("roofline_sum").out(sink).in(b).i32(quads)),
        3 * array / seconds(() -> launch("roofline_triad").out(a).in(b).in(c).i32(quads)));
  }

  private Launch launch(String kernel) {
    return gpu.launch(SOURCE, kernel).grid(blocks).block(THREADS);
  }

  private double seconds(Supplier<Launch> launch) {
    launch.get().run();
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < TRIES; i++) {
      Launch next = launch.get();
      best = Math.min(best, gpu.driver().milliseconds(next::run) * 1e-3);
    }
    return best;
  }
}
