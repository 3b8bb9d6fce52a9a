package cadj.kernels.softmax;

import cadj.kernels.device.Buffer;

/// One row at a time, in double precision.
final class SoftmaxReference implements SoftmaxKernel {
  @Override
  public void forward(Buffer y, Buffer x, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      int at = row * width;
      double max = max(x, at, width);
      double sum = sumOfExp(x, at, width, max);
      for (int i = at; i < at + width; i++) {
        y.set(i, Math.exp(x.get(i) - max) / sum);
      }
    }
  }

  @Override
  public void backward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      int at = row * width;
      double dot = 0;
      for (int i = at; i < at + width; i++) {
        dot += dy.get(i) * y.get(i);
      }
      for (int i = at; i < at + width; i++) {
        dx.set(i, y.get(i) * (dy.get(i) - dot));
      }
    }
  }

  @Override
  public void logForward(Buffer y, Buffer x, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      int at = row * width;
      double max = max(x, at, width);
      double log = Math.log(sumOfExp(x, at, width, max));
      for (int i = at; i < at + width; i++) {
        y.set(i, x.get(i) - max - log);
      }
    }
  }

  @Override
  public void logBackward(Buffer dx, Buffer dy, Buffer y, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      int at = row * width;
      double sum = 0;
      for (int i = at; i < at + width; i++) {
        sum += dy.get(i);
      }
      for (int i = at; i < at + width; i++) {
        dx.set(i, dy.get(i) - Math.exp(y.get(i)) * sum);
      }
    }
  }

  private static double max(Buffer x, int at, int width) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = at; i < at + width; i++) {
      max = Math.max(max, x.get(i));
    }
    return max;
  }

  private static double sumOfExp(Buffer x, int at, int width, double max) {
    double sum = 0;
    for (int i = at; i < at + width; i++) {
      sum += Math.exp(x.get(i) - max);
    }
    return sum;
  }
}
