package cadj.kernels.accumulate;

import static cadj.kernels.device.Buffer.singles;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.PtxTiles;

/// Launches of `accumulate.ptx`: one for the elements, and where that has several blocks, one for
/// their totals.
final class AccumulateCuda implements AccumulateKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(AccumulateCuda.class, "accumulate.ptx").with(PtxTiles.SOURCE);

  private static final int THREADS = 256;

  private final Gpu gpu;

  AccumulateCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void accumulate(Buffer sum, Buffer carry, Buffer gradient, Buffer weight, Buffer totals) {
    int n = sum.length();
    Buffer both = singles(totals, 2);
    int blocks = Math.ceilDiv(n, 4 * THREADS);
    if (blocks == 1) {
      add(sum, carry, gradient, weight, both, blocks);
      return;
    }
    GpuF32 parts = gpu.allocate(Math.multiplyExact(2, blocks));
    try {
      add(sum, carry, gradient, weight, parts, blocks);
      gpu.launch(SOURCE, "accumulate_totals")
          .grid(2)
          .block(THREADS)
          .out(both)
          .in(parts)
          .i32(blocks)
          .run();
    } finally {
      gpu.free(parts);
    }
  }

  /// @param parts [2,blocks]
  private void add(
      Buffer sum, Buffer carry, Buffer gradient, Buffer weight, Buffer parts, int blocks) {
    int n = sum.length();
    Buffer s = singles(sum, n);
    Buffer c = singles(carry, n);
    Buffer g = singles(gradient, n);
    Buffer w = singles(weight, n);
    gpu.launch(SOURCE, "accumulate_elements")
        .grid(blocks)
        .block(THREADS)
        .inOut(s)
        .inOut(c)
        .out(parts)
        .in(g)
        .in(w)
        .i32(n)
        .i32(Launch.aligned(s, c, g, w) ? 1 : 0)
        .run();
  }
}
