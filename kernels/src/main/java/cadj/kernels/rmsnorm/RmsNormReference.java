package cadj.kernels.rmsnorm;

import cadj.kernels.device.Buffer;
import org.jspecify.annotations.Nullable;

/// One row at a time: the mean of the squares, then the outputs.
final class RmsNormReference implements RmsNormKernel {
  @Override
  public void forward(
      Buffer y, Buffer rstd, Buffer x, Buffer weight, int rows, int width, float eps) {
    for (int row = 0; row < rows; row++) {
      double squares = 0;
      for (int i = 0; i < width; i++) {
        double v = x.get(row * width + i);
        squares += v * v;
      }
      double r = 1 / Math.sqrt(squares / width + eps);
      rstd.set(row, r);
      for (int i = 0; i < width; i++) {
        y.set(row * width + i, x.get(row * width + i) * r * weight.get(i));
      }
    }
  }

  @Override
  public void backward(
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      Buffer dy,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      int rows,
      int width) {
    double[] dyXhat = new double[width];
    for (int row = 0; row < rows; row++) {
      double r = rstd.get(row);
      double gXhat = 0;
      for (int i = 0; i < width; i++) {
        int at = row * width + i;
        double xhat = x.get(at) * r;
        gXhat += dy.get(at) * weight.get(i) * xhat;
        dyXhat[i] += dy.get(at) * xhat;
      }
      if (dx != null) {
        for (int i = 0; i < width; i++) {
          int at = row * width + i;
          double g = dy.get(at) * weight.get(i);
          dx.set(at, r * (g - x.get(at) * r * gXhat / width));
        }
      }
    }
    if (dweight != null) {
      for (int i = 0; i < width; i++) {
        dweight.set(i, dyXhat[i]);
      }
    }
  }
}
