package cadj.kernels.copy;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.strided.Nest;

final class CopyVector implements CopyKernel {
  private final Cpu cpu;

  CopyVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void copy(Buffer out, Buffer in, Nest nest) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void fill(Buffer out, float value) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void accumulate(Buffer out, Buffer in, float scale) {
    throw new IllegalStateException("to be written");
  }
}
