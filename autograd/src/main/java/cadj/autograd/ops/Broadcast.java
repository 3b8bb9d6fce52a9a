package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.binary.Binary;
import cadj.kernels.binary.BinaryKernel;
import cadj.kernels.strided.Nest;
import cadj.kernels.sum.SumKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Locale;

/// What the four arithmetic operations share: broadcasting forth, and summing back.
final class Broadcast {
  private Broadcast() {}

  /// f(a, b), broadcast. The result lies in memory like an operand of its full shape, a before b.
  static Tensor apply(Binary f, Tensor a, Tensor b) {
    String name = f.name().toLowerCase(Locale.ROOT);
    Shape shape = Shape.broadcast(a.shape(), b.shape(), name);
    require(
        a.dtype() == b.dtype(),
        "%s: expected operands of one type, got %s and %s",
        name,
        a.dtype(),
        b.dtype());
    Tensor out =
        a.shape().equals(shape)
            ? a.emptyLike()
            : b.shape().equals(shape) ? b.emptyLike() : Tensor.empty(a.dtype(), shape);
    BinaryKernel.on(out.device(), out.memory())
        .apply(
            f,
            out.buffer(),
            a.buffer(),
            b.buffer(),
            Nest.of(
                shape.toArray(),
                out.layout().strides(),
                a.layout().expand(shape).strides(),
                b.layout().expand(shape).strides()));
    return out;
  }

  /// Sums `dy` over the dimensions along which `target` was broadcast.
  static Tensor sumTo(Tensor dy, Shape target) {
    Tensor sum = dy;
    while (sum.rank() > target.rank()) {
      sum = sumOver(sum, 0, false);
    }
    for (int d = 0; d < target.rank(); d++) {
      if (target.dim(d) == 1 && sum.dim(d) != 1) {
        sum = sumOver(sum, d, true);
      }
    }
    return sum;
  }

  /// Sum over dimension `d`, which stays with size 1 if `keep`.
  static Tensor sumOver(Tensor x, int d, boolean keep) {
    Tensor rows = x.contiguous();
    Shape shape = x.shape();
    int outer = shape.product(0, d);
    int inner = shape.product(d + 1, shape.rank());
    int[] kept = shape.with(d, 1).toArray();
    Tensor out = x.empty(kept);
    SumKernel.on(x.device(), out.memory())
        .sum(out.denseBuffer(), rows.denseBuffer(), outer, shape.dim(d), inner);
    if (keep) {
      return out;
    }
    int[] dims = new int[kept.length - 1];
    System.arraycopy(kept, 0, dims, 0, d);
    System.arraycopy(kept, d + 1, dims, d, dims.length - d);
    return out.reshape(dims);
  }
}
