package cadj.autograd.ops;

import static cadj.autograd.ops.Div.div;
import static cadj.autograd.ops.Sum.sum;

import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;

/// The mean over some dimensions, or all: their sum, divided by how many elements went into each.
public final class Mean {
  private Mean() {}

  /// The mean of all elements, a scalar; NaN of none.
  public static Tensor mean(Tensor x) {
    return mean(x, false);
  }

  /// The mean over `dims`, or over all if none is named; with `keepDim` they stay, with size 1.
  public static Tensor mean(Tensor x, boolean keepDim, int... dims) {
    int count = dims.length == 0 ? x.elements() : 1;
    for (int dim : dims) {
      count *= x.dim(Dims.axis("mean", x.shape(), dim));
    }
    return div(sum(x, keepDim, dims), Tensor.full(x.dtype(), Shape.SCALAR, count));
  }
}
