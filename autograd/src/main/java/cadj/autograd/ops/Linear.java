package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// y = x·weightᵀ + bias, over the last dimension.
///
/// ```
/// x [..,in], weight [out,in], bias [out] or none → y [..,out]
///
/// dx      = dy·weight
/// dweight = dyᵀ·x
/// dbias   = Σ dy over the rows
/// ```
///
/// Keeps x only for weight's gradient and weight only for x's.
public record Linear() implements Op {
  public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return bias == null
        ? Op.apply(new Linear(), x, weight)
        : Op.apply(new Linear(), x, weight, bias);
  }

  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0];
    Shape weight = in[1].requireRank(2, "linear: weight");
    require(x.rank() >= 1, "linear: x must have at least 1 dimension, got %s", x);
    require(
        x.dim(-1) == weight.dim(1),
        "linear: weight %s expects %d features in x (last dim), got x %s",
        weight,
        weight.dim(1),
        x);
    PerChannel.check("linear: bias", in, 2, weight.dim(0));
    return x.with(-1, weight.dim(0));
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
    Tensor x = BatchedProduct.rows(in[0]);
    Tensor weight = in[1];
    Tensor rows =
        BatchedProduct.of(x, BatchedProduct.transposed(weight), in.length > 2 ? in[2] : null);
    return saved.keep(
        rows.reshape(in[0].shape().with(-1, weight.dim(0))),
        saved.needs(1) ? x : null,
        saved.needs(0) ? weight : null);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor rows = BatchedProduct.rows(dy);
    @Nullable Tensor[] dx = new @Nullable Tensor[saved.inputs()];
    if (saved.needs(0)) {
      dx[0] = BatchedProduct.of(rows, saved.get(1), null).reshape(saved.shape(0));
    }
    if (saved.needs(1)) {
      dx[1] = BatchedProduct.of(BatchedProduct.transposed(rows), saved.get(0), null);
    }
    if (dx.length > 2 && saved.needs(2)) {
      dx[2] = Broadcast.sumTo(rows, saved.shape(2));
    }
    return dx;
  }
}
