package cadj.kernels.adamw;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;

final class AdamWVector implements AdamWKernel {
  private final Cpu cpu;

  AdamWVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void step(Buffer p, Buffer g, Buffer m, Buffer v, AdamWRates rates, int t) {
    throw new IllegalStateException("to be written");
  }
}
