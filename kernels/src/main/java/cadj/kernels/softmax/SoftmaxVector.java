package cadj.kernels.softmax;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;

final class SoftmaxVector implements SoftmaxKernel {
  private final SoftmaxKernel reference = new SoftmaxReference();

  SoftmaxVector(Cpu cpu) {}

  @Override
  public void forward(Buffer y, Buffer x, int rows, int width) {
    reference.forward(y, x, rows, width);
  }

  @Override
  public void backward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    reference.backward(dx, dy, y, rows, width);
  }

  @Override
  public void logForward(Buffer y, Buffer x, int rows, int width) {
    reference.logForward(y, x, rows, width);
  }

  @Override
  public void logBackward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    reference.logBackward(dx, dy, y, rows, width);
  }
}
