package cadj.kernels.upsample;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.PtxTiles;

/// Launches of `upsample.ptx`.
final class UpsampleNearestCuda implements UpsampleNearestKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(UpsampleNearestCuda.class, "upsample.ptx").with(PtxTiles.SOURCE);

  private static final int BLOCK = 256;

  private final Gpu gpu;

  UpsampleNearestCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void forward(Buffer y, Buffer x, int n, int c, int h, int w, int ho, int wo) {
    Buffer out = Buffer.singles(y, n * ho * wo * c);
    Buffer in = Buffer.singles(x, n * h * w * c);
    run("upsample_forward", out, in, c, h, w, ho, wo);
  }

  @Override
  public void backward(Buffer dx, Buffer dy, int n, int c, int h, int w, int ho, int wo) {
    Buffer out = Buffer.singles(dx, n * h * w * c);
    Buffer in = Buffer.singles(dy, n * ho * wo * c);
    run("upsample_backward", out, in, c, h, w, ho, wo);
  }

  private void run(String kernel, Buffer out, Buffer in, int c, int h, int w, int ho, int wo) {
    int steps = c % 4 == 0 && Launch.aligned(out, in) ? 4 : 1;
    int items = out.length() / steps;
    gpu.launch(SOURCE, kernel)
        .grid(Math.ceilDiv(items, BLOCK))
        .block(BLOCK)
        .out(out)
        .in(in)
        .i32(items)
        .i32(steps)
        .i32(c)
        .i32(h)
        .i32(w)
        .i32(ho)
        .i32(wo)
        .run();
  }
}
