package cadj.kernels.layernorm;

import cadj.kernels.device.Buffer;
import org.jspecify.annotations.Nullable;

/// One row at a time: mean, then variance about it, then the outputs.
final class LayerNormReference implements LayerNormKernel {
  @Override
  public void forward(
      Buffer y,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      Buffer bias,
      int rows,
      int width,
      float eps) {
    for (int row = 0; row < rows; row++) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += x.get(row * width + i);
      }
      double mu = sum / width;
      double squares = 0;
      for (int i = 0; i < width; i++) {
        double d = x.get(row * width + i) - mu;
        squares += d * d;
      }
      double r = 1 / Math.sqrt(squares / width + eps);
      mean.set(row, mu);
      rstd.set(row, r);
      for (int i = 0; i < width; i++) {
        y.set(row * width + i, (x.get(row * width + i) - mu) * r * weight.get(i) + bias.get(i));
      }
    }
  }

  @Override
  public void backward(
      @Nullable Buffer dx,
      @Nullable Buffer dweight,
      @Nullable Buffer dbias,
      Buffer dy,
      Buffer mean,
      Buffer rstd,
      Buffer x,
      Buffer weight,
      int rows,
      int width) {
    double[] dyXhat = new double[width];
    double[] dySum = new double[width];
    for (int row = 0; row < rows; row++) {
      double mu = mean.get(row);
      double r = rstd.get(row);
      double gSum = 0;
      double gXhat = 0;
      for (int i = 0; i < width; i++) {
        int at = row * width + i;
        double xhat = (x.get(at) - mu) * r;
        double g = dy.get(at) * weight.get(i);
        gSum += g;
        gXhat += g * xhat;
        dyXhat[i] += dy.get(at) * xhat;
        dySum[i] += dy.get(at);
      }
      if (dx != null) {
        for (int i = 0; i < width; i++) {
          int at = row * width + i;
          double xhat = (x.get(at) - mu) * r;
          double g = dy.get(at) * weight.get(i);
          dx.set(at, r * (g - gSum / width - xhat * gXhat / width));
        }
      }
    }
    for (int i = 0; i < width; i++) {
      if (dweight != null) {
        dweight.set(i, dyXhat[i]);
      }
      if (dbias != null) {
        dbias.set(i, dySum[i]);
      }
    }
  }
}
