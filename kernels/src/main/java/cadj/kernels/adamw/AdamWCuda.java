package cadj.kernels.adamw;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.tiles.PtxTiles;

/// Launches of `adamw.ptx`.
final class AdamWCuda implements AdamWKernel {
  private static final PtxSource SOURCE =
      PtxSource.beside(AdamWCuda.class, "adamw.ptx").with(PtxTiles.SOURCE);

  private static final int BLOCK = 256;

  private final Gpu gpu;

  AdamWCuda(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public void step(Buffer p, Buffer g, Buffer m, Buffer v, AdamWRates rates, int t) {
    int n = p.length();
    Buffer param = Buffer.singles(p, n);
    Buffer grad = Buffer.singles(g, n);
    Buffer mean = Buffer.singles(m, n);
    Buffer square = Buffer.singles(v, n);
    gpu.launch(SOURCE, "adamw_step")
        .grid(Math.ceilDiv(n, 4 * BLOCK))
        .block(BLOCK)
        .inOut(param)
        .in(grad)
        .inOut(mean)
        .inOut(square)
        .f32(rates.beta1())
        .f32(1 - rates.beta1())
        .f32(rates.beta2())
        .f32(1 - rates.beta2())
        .f32((float) (rates.lr() / (1 - Math.pow(rates.beta1(), t))))
        .f32((float) (1 / Math.sqrt(1 - Math.pow(rates.beta2(), t))))
        .f32(rates.eps())
        .f32(1 - rates.lr() * rates.weightDecay())
        .i32(n)
        .i32(Launch.aligned(param, grad, mean, square) ? 1 : 0)
        .run();
  }
}
