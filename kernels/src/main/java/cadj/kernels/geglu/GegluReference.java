package cadj.kernels.geglu;

import cadj.kernels.device.Buffer;
import cadj.kernels.unary.Unary;

/// Element by element, by the definition of [Unary#GELU].
final class GegluReference implements GegluKernel {
  @Override
  public void forward(Buffer y, Buffer x, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        int value = row * 2 * width + i;
        int gate = value + width;
        y.set(row * width + i, x.get(value) * Unary.GELU.value(x.get(gate)));
      }
    }
  }

  @Override
  public void backward(Buffer dx, Buffer dy, Buffer x, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        int value = row * 2 * width + i;
        int gate = value + width;
        double g = dy.get(row * width + i);
        double v = x.get(value);
        double z = x.get(gate);
        dx.set(value, g * Unary.GELU.value(z));
        dx.set(gate, g * v * Unary.GELU.slope(z));
      }
    }
  }
}
