package cadj.models.inception;

import static cadj.autograd.ops.AvgPool2d.avgPool2d;
import static cadj.autograd.ops.Div.div;
import static cadj.autograd.ops.MaxPool2d.maxPool2d;

import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;

/// The poolings of Inception's blocks.
final class Pools {
  private Pools() {}

  /// Mean over 3×3 pixels around each, of those that are there: `count_include_pad=False`. The mean
  /// with zeros is divided by that of ones.
  static Tensor average(Tensor x) {
    Tensor ones = Tensor.full(x.dtype(), Shape.of(1, 1, x.dim(2), x.dim(3)), 1);
    return div(avgPool2d(x, 3, 1, 1), avgPool2d(ones, 3, 1, 1));
  }

  /// Largest of the 3×3 pixels around each.
  static Tensor max(Tensor x) {
    return maxPool2d(x, 3, 1, 1);
  }

  /// Largest of 3×3 pixels, every other one each way.
  static Tensor halving(Tensor x) {
    return maxPool2d(x, 3, 2, 0);
  }
}
