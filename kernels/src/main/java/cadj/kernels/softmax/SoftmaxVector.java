package cadj.kernels.softmax;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;

final class SoftmaxVector implements SoftmaxKernel {
  private final Cpu cpu;

  SoftmaxVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(Buffer y, Buffer x, int rows, int width) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void backward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void logForward(Buffer y, Buffer x, int rows, int width) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void logBackward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    throw new IllegalStateException("to be written");
  }
}
