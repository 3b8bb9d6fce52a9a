package cadj.kernels.unary;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;

final class UnaryVector implements UnaryKernel {
  private final UnaryKernel reference = new UnaryReference();

  UnaryVector(Cpu cpu) {}

  @Override
  public void forward(Unary f, Buffer y, Buffer x) {
    reference.forward(f, y, x);
  }

  @Override
  public void backward(Unary f, Buffer dx, Buffer dy, Buffer x) {
    reference.backward(f, dx, dy, x);
  }

  @Override
  public void affine(Buffer y, Buffer x, float a, float b) {
    reference.affine(y, x, a, b);
  }

  @Override
  public void clamp(Buffer y, Buffer x, float low, float high) {
    reference.clamp(y, x, low, high);
  }

  @Override
  public void clampBackward(Buffer dx, Buffer dy, Buffer x, float low, float high) {
    reference.clampBackward(dx, dy, x, low, high);
  }
}
