package cadj.autograd.ops;

import cadj.kernels.binary.Binary;
import cadj.kernels.binary.BinaryKernel;
import cadj.kernels.strided.LoopNest;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;

/// Broadcasting of the four arithmetic operations, and the sums that undo it in the backward pass.
final class Broadcast {
  private Broadcast() {}

  /// f(a, b), broadcast. The result lies in memory like an operand of its full shape, a before b.
  static Tensor apply(Binary f, Tensor a, Tensor b) {
    Shape shape = Shape.broadcast(a.shape(), b.shape(), f.name());
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
            LoopNest.of(
                shape.toArray(),
                out.layout().strides(),
                a.layout().expand(shape).strides(),
                b.layout().expand(shape).strides()));
    return out;
  }

  /// Sums `dy` over the dimensions along which `target` was broadcast.
  static Tensor sumTo(Tensor dy, Shape target) {
    if (dy.shape().equals(target)) {
      return dy;
    }
    int added = dy.rank() - target.rank();
    boolean[] summed = new boolean[dy.rank()];
    for (int d = 0; d < summed.length; d++) {
      summed[d] = d < added || target.dim(d - added) == 1;
    }
    Tensor sum = Reduction.sum(dy, summed);
    return added == 0 ? sum : sum.reshape(target);
  }
}
