package cadj.kernels.geglu;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.PtxTiles;
import cadj.kernels.vectormath.PtxMath;

/// Launches of `geglu.ptx`.
final class GegluCuda implements GegluKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(GegluCuda.class, "geglu.ptx").with(PtxTiles.SOURCE).with(PtxMath.SOURCE);

  private static final int BLOCK = 256;

  private final Gpu gpu;

  GegluCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void forward(Buffer y, Buffer x, int rows, int width) {
    Buffer out = Buffer.singles(y, rows * width);
    Buffer in = Buffer.singles(x, 2 * rows * width);
    Launch launch = gpu.launch(SOURCE, "geglu_forward").out(out).in(in);
    run(launch, rows, width, Launch.aligned(out, in));
  }

  @Override
  public void backward(Buffer dx, Buffer dy, Buffer x, int rows, int width) {
    Buffer out = Buffer.singles(dx, 2 * rows * width);
    Buffer g = Buffer.singles(dy, rows * width);
    Buffer in = Buffer.singles(x, 2 * rows * width);
    Launch launch = gpu.launch(SOURCE, "geglu_backward").out(out).in(g).in(in);
    run(launch, rows, width, Launch.aligned(out, g, in));
  }

  private static void run(Launch launch, int rows, int width, boolean aligned) {
    int steps = aligned && width % 4 == 0 ? 4 : 1;
    int items = rows * width / steps;
    launch.i32(items).i32(steps).i32(width).grid(Math.ceilDiv(items, BLOCK)).block(BLOCK).run();
  }
}
