package cadj.autograd.ops;

import cadj.autograd.graph.Saved;
import cadj.kernels.device.GemmShape;
import cadj.kernels.gemm.GemmKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The matrix products of [MatMul] and [Linear]. Transposes are views here, and the kernel reads
/// them in place.
final class BatchedProduct {
  private BatchedProduct() {}

  /// A multiplication and an addition for each element of a's row.
  static long flops(Shape out, Shape a) {
    return 2L * out.elements() * a.dim(-1);
  }

  /// As much again for each of the two factors whose gradient is wanted.
  static long backwardFlops(Saved saved, Shape out) {
    int wanted = (saved.needs(0) ? 1 : 0) + (saved.needs(1) ? 1 : 0);
    return wanted * flops(out, saved.shape(0));
  }

  /// a [..,m,k] · b [..,k,n] (+ bias [n] + residual [..,m,n]) → [..,m,n], leading dimensions
  /// broadcast.
  static Tensor of(Tensor a, Tensor b, @Nullable Tensor bias, @Nullable Tensor residual) {
    if (b.rank() == 2 && a.rank() > 2) {
      Tensor rows = of(rows(a), b, bias, residual == null ? null : rows(residual));
      return rows.reshape(a.shape().with(-1, b.dim(1)));
    }
    Shape batch = Shape.broadcast(batch(a.shape()), batch(b.shape()), "matmul");
    int m = a.dim(-2);
    int n = b.dim(-1);
    Tensor out = Tensor.empty(a.dtype(), Matrices.matrices(batch, m, n));
    if (out.elements() == 0) {
      return out;
    }
    Matrices left = Matrices.of(a, batch);
    Matrices right = Matrices.of(b, batch);
    GemmShape shape =
        new GemmShape(
            left.transposed(),
            right.transposed(),
            m,
            n,
            a.dim(-1),
            left.pitch(),
            right.pitch(),
            n,
            batch.elements(),
            left.step(),
            right.step(),
            m * n,
            0f);
    GemmKernel.on(out.device(), out.memory())
        .multiply(
            shape,
            out.denseBuffer(),
            left.buffer(),
            right.buffer(),
            bias == null ? null : bias.contiguous().denseBuffer(),
            residual == null ? null : residual.contiguous().denseBuffer());
    return out;
  }

  /// x [..,k] as one matrix [rows,k].
  static Tensor rows(Tensor x) {
    return x.reshape(x.shape().product(0, x.rank() - 1), x.dim(-1));
  }

  /// The leading dimensions of [..,m,n].
  static Shape batch(Shape shape) {
    return Shape.of(Arrays.copyOf(shape.toArray(), shape.rank() - 2));
  }

  /// x [..,m,n] seen as [..,n,m].
  static Tensor transposed(Tensor x) {
    int rank = x.rank();
    int[] order = new int[rank];
    Arrays.setAll(order, i -> i);
    order[rank - 2] = rank - 1;
    order[rank - 1] = rank - 2;
    return x.permute(order);
  }
}
