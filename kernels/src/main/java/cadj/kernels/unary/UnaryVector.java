package cadj.kernels.unary;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;

final class UnaryVector implements UnaryKernel {
  private final Cpu cpu;

  UnaryVector(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void forward(Unary f, Buffer y, Buffer x) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void backward(Unary f, Buffer dx, Buffer dy, Buffer x) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void affine(Buffer y, Buffer x, float a, float b) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void clamp(Buffer y, Buffer x, float low, float high) {
    throw new IllegalStateException("to be written");
  }

  @Override
  public void clampBackward(Buffer dx, Buffer dy, Buffer x, float low, float high) {
    throw new IllegalStateException("to be written");
  }
}
