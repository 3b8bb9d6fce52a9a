package cadj.kernels.binary;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.strided.Nest;

final class BinaryVector implements BinaryKernel {
  private final Cpu cpu;

  BinaryVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void apply(Binary f, Buffer out, Buffer a, Buffer b, Nest nest) {
    throw new IllegalStateException("to be written");
  }
}
