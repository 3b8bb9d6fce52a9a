package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.pool.Pool2dShape;
import cadj.tensor.shape.Shape;

/// The shape rule that [AvgPool2d] and [MaxPool2d] share.
final class Pooling {
  private Pooling() {}

  static Shape shape(String op, Shape x, int kernel, int stride, int padding) {
    x.requireRank(4, op + ": x");
    require(
        kernel > 0 && stride > 0, "%s: kernel %d, stride %d must be positive", op, kernel, stride);
    require(
        padding >= 0 && 2 * padding <= kernel,
        "%s: padding %d must be at most half of kernel %d",
        op,
        padding,
        kernel);
    require(
        x.dim(2) + 2 * padding >= kernel && x.dim(3) + 2 * padding >= kernel,
        "%s: kernel %d does not fit into x %s with padding %d",
        op,
        kernel,
        x,
        padding);
    Pool2dShape sizes = sizes(x, kernel, stride, padding);
    return Shape.of(x.dim(0), x.dim(1), sizes.ho(), sizes.wo());
  }

  static Pool2dShape sizes(Shape x, int kernel, int stride, int padding) {
    return new Pool2dShape(x.dim(0), x.dim(1), x.dim(2), x.dim(3), kernel, stride, padding);
  }
}
