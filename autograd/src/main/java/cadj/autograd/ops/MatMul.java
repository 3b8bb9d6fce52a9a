package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// y = a·b, matrix products.
///
/// ```
/// a [..,m,k], b [..,k,n] → y [..,m,n], leading dimensions broadcast; a matrix b is shared by all
///
/// da = dy·bᵀ
/// db = aᵀ·dy
/// ```
///
/// Each gradient is summed over the dimensions along which its input was broadcast.
public record MatMul() implements Op {
  public static Tensor matmul(Tensor a, Tensor b) {
    return Op.apply(new MatMul(), a, b);
  }

  @Override
  public String name() {
    return "matmul";
  }

  @Override
  public Shape shape(Shape... in) {
    Shape a = in[0];
    Shape b = in[1];
    require(a.rank() >= 2, "matmul: a must have at least 2 dimensions, got %s", a);
    require(b.rank() >= 2, "matmul: b must have at least 2 dimensions, got %s", b);
    require(
        a.dim(-1) == b.dim(-2),
        "matmul: a %s expects %d rows in b (dim -2), got b %s",
        a,
        a.dim(-1),
        b);
    Shape batch = Shape.broadcast(BatchedProduct.batch(a), BatchedProduct.batch(b), "matmul");
    return Matrices.matrices(batch, a.dim(-2), b.dim(-1));
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return BatchedProduct.flops(out, in[0]);
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return BatchedProduct.backwardFlops(saved, out);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    return saved.keep(
        BatchedProduct.of(in[0], in[1], null, null),
        saved.needs(1) ? in[0] : null,
        saved.needs(0) ? in[1] : null);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    return new Tensor[] {
      saved.needs(0) ? leftGradient(saved, dy) : null,
      saved.needs(1) ? rightGradient(saved, dy) : null
    };
  }

  private static Tensor leftGradient(Saved saved, Tensor dy) {
    return Broadcast.sumTo(
        BatchedProduct.of(dy, BatchedProduct.transposed(saved.get(1)), null, null), saved.shape(0));
  }

  private static Tensor rightGradient(Saved saved, Tensor dy) {
    Tensor a = saved.get(0);
    if (saved.shape(1).rank() == 2) {
      // One matrix for all: the batch joins the rows, and one product sums over both.
      return BatchedProduct.of(
          BatchedProduct.transposed(BatchedProduct.rows(a)), BatchedProduct.rows(dy), null, null);
    }
    return Broadcast.sumTo(
        BatchedProduct.of(BatchedProduct.transposed(a), dy, null, null), saved.shape(1));
  }
}
