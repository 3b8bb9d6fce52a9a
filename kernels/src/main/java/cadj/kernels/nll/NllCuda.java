package cadj.kernels.nll;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.I64;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.PtxTiles;

/// Launches of `nll.ptx`.
final class NllCuda implements NllKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(NllCuda.class, "nll.ptx").with(PtxTiles.SOURCE);

  private static final int BLOCK = 256;

  private final Gpu gpu;

  NllCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void forward(Buffer loss, Buffer logp, I64 targets, int rows, int width) {
    gpu.launch(SOURCE, "nll_forward")
        .block(BLOCK)
        .out(Buffer.singles(loss, 1))
        .in(Buffer.singles(logp, rows * width))
        .in(targets.slice(0, rows))
        .i32(rows)
        .i32(width)
        .run();
  }

  @Override
  public void backward(Buffer dlogp, Buffer dloss, I64 targets, int rows, int width) {
    GpuF32 out = GpuF32.of(dlogp).slice(0, rows * width);
    gpu.fill(out, 0);
    gpu.launch(SOURCE, "nll_backward")
        .grid(Math.ceilDiv(rows, BLOCK))
        .block(BLOCK)
        .inOut(out)
        .in(Buffer.singles(dloss, 1))
        .in(targets.slice(0, rows))
        .i32(rows)
        .i32(width)
        .run();
  }
}
