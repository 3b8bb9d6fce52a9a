package cadj.kernels.geglu;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;

final class GegluVector implements GegluKernel {
  private final Cpu cpu;

  GegluVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(Buffer y, Buffer x, int rows, int width) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void backward(Buffer dx, Buffer dy, Buffer x, int rows, int width) {
    throw new IllegalStateException("to be written");
  }
}
