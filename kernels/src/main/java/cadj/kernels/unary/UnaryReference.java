package cadj.kernels.unary;

import cadj.kernels.device.Buffer;

/// Element by element, by the definitions in [Unary].
final class UnaryReference implements UnaryKernel {
  @Override
  public void forward(Unary f, Buffer y, Buffer x) {
    for (int i = 0; i < x.length(); i++) {
      y.set(i, f.value(x.get(i)));
    }
  }

  @Override
  public void backward(Unary f, Buffer dx, Buffer dy, Buffer x) {
    for (int i = 0; i < x.length(); i++) {
      dx.set(i, dy.get(i) * f.slope(x.get(i)));
    }
  }

  @Override
  public void affine(Buffer y, Buffer x, float a, float b) {
    for (int i = 0; i < x.length(); i++) {
      y.set(i, a * x.get(i) + b);
    }
  }

  @Override
  public void clamp(Buffer y, Buffer x, float low, float high) {
    for (int i = 0; i < x.length(); i++) {
      y.set(i, Math.min(Math.max(x.get(i), low), high));
    }
  }

  @Override
  public void clampBackward(Buffer dx, Buffer dy, Buffer x, float low, float high) {
    for (int i = 0; i < x.length(); i++) {
      double v = x.get(i);
      dx.set(i, v >= low && v <= high ? dy.get(i) : 0);
    }
  }
}
