package cadj.kernels.pool;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.I64;

/// The definition of [Pool2dKernel].
final class Pool2dReference implements Pool2dKernel {
  @Override
  public void average(Pool2dShape s, Buffer y, Buffer x) {
    double[] sums = new double[y.length()];
    windows(s, (yi, xi, pixel) -> sums[yi] += x.get(xi));
    for (int i = 0; i < sums.length; i++) {
      y.set(i, sums[i] / (s.kernel() * s.kernel()));
    }
  }

  @Override
  public void averageBackward(Pool2dShape s, Buffer dx, Buffer dy) {
    double[] sums = new double[dx.length()];
    windows(s, (yi, xi, pixel) -> sums[xi] += dy.get(yi) / (s.kernel() * s.kernel()));
    store(dx, sums);
  }

  @Override
  public void max(Pool2dShape s, Buffer y, I64 index, Buffer x) {
    for (int i = 0; i < y.length(); i++) {
      index.set(i, -1);
    }
    windows(
        s,
        (yi, xi, pixel) -> {
          double value = x.get(xi);
          double best = y.get(yi);
          if (index.get(yi) < 0 || value > best || (Double.isNaN(value) && !Double.isNaN(best))) {
            y.set(yi, value);
            index.set(yi, pixel);
          }
        });
  }

  @Override
  public void maxBackward(Pool2dShape s, Buffer dx, Buffer dy, I64 index) {
    double[] sums = new double[dx.length()];
    windows(
        s,
        (yi, xi, pixel) -> {
          if (index.get(yi) == pixel) {
            sums[xi] += dy.get(yi);
          }
        });
    store(dx, sums);
  }

  private static void store(Buffer buffer, double[] values) {
    for (int i = 0; i < values.length; i++) {
      buffer.set(i, values[i]);
    }
  }

  /// One pixel in one window: places in y and x, and the pixel's number h·W + w.
  private interface Visit {
    void at(int y, int x, int pixel);
  }

  private static void windows(Pool2dShape s, Visit visit) {
    for (int i = 0; i < s.outputs(); i++) {
      int c = i % s.c();
      int ow = i / s.c() % s.wo();
      int oh = i / (s.c() * s.wo()) % s.ho();
      int n = i / (s.c() * s.wo() * s.ho());
      for (int kh = 0; kh < s.kernel(); kh++) {
        for (int kw = 0; kw < s.kernel(); kw++) {
          int h = oh * s.stride() - s.padding() + kh;
          int w = ow * s.stride() - s.padding() + kw;
          if (h >= 0 && h < s.h() && w >= 0 && w < s.w()) {
            int pixel = h * s.w() + w;
            visit.at(i, (n * s.h() * s.w() + pixel) * s.c() + c, pixel);
          }
        }
      }
    }
  }
}
