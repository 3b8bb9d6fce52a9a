package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;

/// Dimension numbers, and the one a row-wise kernel works along.
final class Dims {
  private Dims() {}

  /// Resolves a possibly negative dimension number.
  static int axis(String op, Shape x, int dim) {
    require(
        dim >= -x.rank() && dim < x.rank(), "%s: dimension %d is out of range for %s", op, dim, x);
    return x.axis(dim);
  }

  /// `x` with dimension `dim` moved to the end, contiguous: rows for a kernel.
  static Tensor rows(Tensor x, int dim) {
    return x.permute(moved(x.rank(), x.shape().axis(dim), x.rank() - 1)).contiguous();
  }

  /// Undoes [#rows]: the last dimension of `rows` moved back to place `dim`.
  static Tensor unrows(Tensor rows, int dim) {
    return rows.permute(moved(rows.rank(), rows.rank() - 1, rows.shape().axis(dim)));
  }

  /// The order of dimensions in which `from` has moved to place `to`.
  private static int[] moved(int rank, int from, int to) {
    int[] order = new int[rank];
    for (int i = 0, next = 0; i < rank; i++) {
      if (next == from) {
        next++;
      }
      order[i] = i == to ? from : next++;
    }
    return order;
  }

  /// The order that undoes `order`.
  static int[] inverse(int... order) {
    int[] inverse = new int[order.length];
    for (int d = 0; d < order.length; d++) {
      inverse[order[d]] = d;
    }
    return inverse;
  }
}
