package cadj.kernels.adamw;

import cadj.kernels.device.Buffer;

final class AdamWReference implements AdamWKernel {
  @Override
  public void step(Buffer p, Buffer g, Buffer m, Buffer v, AdamWRates rates, int t) {
    throw new IllegalStateException("to be written");
  }
}
