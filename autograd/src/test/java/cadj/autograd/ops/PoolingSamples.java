package cadj.autograd.ops;

import static cadj.autograd.ops.Input.normal;

import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What both poolings are tried with.
final class PoolingSamples {
  private PoolingSamples() {}

  /// The operation's factory.
  interface Pool {
    Tensor pool(Tensor x, int kernel, int stride, int padding);
  }

  /// @param padding what a pixel of padding counts as
  /// @param summary of a window's values
  static List<Sample> of(Pool op, double padding, ToDoubleFunction<double[]> summary) {
    return List.of(
        sample("halved", op, padding, summary, 2, 2, 0, 2, 3, 4, 6),
        sample("overlapping, padded", op, padding, summary, 3, 2, 1, 1, 2, 5, 4),
        sample("remainder left out", op, padding, summary, 2, 2, 0, 1, 2, 5, 3),
        sample("whole image", op, padding, summary, 4, 4, 0, 2, 2, 4, 4),
        sample("no images", op, padding, summary, 2, 2, 0, 0, 3, 4, 6));
  }

  private static Sample sample(
      String name,
      Pool op,
      double outside,
      ToDoubleFunction<double[]> summary,
      int kernel,
      int stride,
      int padding,
      int... dims) {
    return Sample.sample(name, in -> op.pool(in[0], kernel, stride, padding), normal(dims))
        .expecting(in -> plain(in[0], outside, summary, kernel, stride, padding));
  }

  private static double[] plain(
      Tensor x,
      double outside,
      ToDoubleFunction<double[]> summary,
      int kernel,
      int stride,
      int padding) {
    int height = (x.dim(2) + 2 * padding - kernel) / stride + 1;
    int width = (x.dim(3) + 2 * padding - kernel) / stride + 1;
    double[] out = new double[x.dim(0) * x.dim(1) * height * width];
    double[] window = new double[kernel * kernel];
    for (int at = 0; at < out.length; at++) {
      int image = at / width / height;
      int top = at / width % height * stride - padding;
      int left = at % width * stride - padding;
      Arrays.setAll(
          window,
          i -> {
            int h = top + i / kernel;
            int w = left + i % kernel;
            boolean inside = h >= 0 && h < x.dim(2) && w >= 0 && w < x.dim(3);
            return inside ? x.get(image / x.dim(1), image % x.dim(1), h, w) : outside;
          });
      out[at] = summary.applyAsDouble(window);
    }
    return out;
  }

  static List<Misuse> misuses(String name, Pool op) {
    Tensor x = Tensor.of(new double[24], 1, 2, 3, 4);
    return List.of(
        new Misuse(
            name + ": kernel 4 does not fit into x [1,2,3,4] with padding 0",
            () -> op.pool(x, 4, 1, 0)),
        new Misuse(
            name + ": padding 2 must be at most half of kernel 3", () -> op.pool(x, 3, 1, 2)),
        new Misuse(name + ": kernel 2, stride 0 must be positive", () -> op.pool(x, 2, 0, 0)),
        new Misuse(
            name + ": x must have 4 dimensions, got [6,4]",
            () -> op.pool(x.reshape(6, 4), 2, 2, 0)));
  }
}
