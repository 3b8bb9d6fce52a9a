package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.autograd.graph.JointOp;
import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.device.Device;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// y = x·weightᵀ + bias + residual, over the last dimension.
///
/// ```
/// x [..,in], weight [out,in], bias [out] or none, residual [..,out] or none → y [..,out]
///
/// dx        = dy·weight
/// dweight   = dyᵀ·x
/// dbias     = Σ dy over the rows
/// dresidual = dy
/// ```
///
/// Keeps x only for weight's gradient and weight only for x's.
///
/// @param biased whether there is a bias
/// @param added whether there is a residual
public record Linear(boolean biased, boolean added) implements JointOp {
  public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return linear(x, weight, bias, null);
  }

  public static Tensor linear(
      Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Tensor residual) {
    return Op.apply(
        new Linear(bias != null, residual != null),
        OptionalInputs.present(x, weight, bias, residual));
  }

  /// linear(x, weight, null) of each weight: one batch of products where the weights lie one behind
  /// the other ([Tensor#joined]).
  public static List<Tensor> linears(Tensor x, List<Tensor> weights) {
    boolean here = weights.getFirst().device().equals(Device.current());
    return weights.size() < 2 || !here || Tensor.joined(weights) == null
        ? weights.stream().map(weight -> linear(x, weight, null)).toList()
        : Op.applyEach(
            new Linear(false, false),
            weights.stream().map(weight -> new Tensor[] {x, weight}).toArray(Tensor[][]::new));
  }

  private int residualAt() {
    return biased ? 3 : 2;
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
    if (biased) {
      PerChannel.check("linear: bias", in, 2, weight.dim(0));
    }
    Shape y = x.with(-1, weight.dim(0));
    require(
        !added || in[residualAt()].equals(y),
        "linear: residual must be shaped like y %s, got %s",
        y,
        in[in.length - 1]);
    return y;
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
    Tensor residual = OptionalInputs.at(added, residualAt(), in);
    Tensor rows =
        BatchedProduct.of(
            x,
            BatchedProduct.transposed(weight),
            OptionalInputs.at(biased, 2, in),
            residual == null ? null : BatchedProduct.rows(residual));
    return saved.keep(
        rows.reshape(in[0].shape().with(-1, weight.dim(0))),
        saved.needs(1) ? x : null,
        saved.needs(0) ? weight : null);
  }

  @Override
  public Tensor[] forward(Saved[] saved, Tensor[]... in) {
    Tensor x = BatchedProduct.rows(in[0][0]);
    Tensor weights = requireNonNull(Tensor.joined(Arrays.stream(in).map(each -> each[1]).toList()));
    Tensor all = BatchedProduct.of(x, BatchedProduct.transposed(weights), null, null);
    Tensor[] out = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      Tensor weight = in[i][1];
      out[i] =
          saved[i].keep(
              all.slice(0, i, i + 1).reshape(in[i][0].shape().with(-1, weight.dim(0))),
              saved[i].needs(1) ? x : null,
              saved[i].needs(0) ? weight : null);
    }
    return out;
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor rows = BatchedProduct.rows(dy);
    @Nullable Tensor[] dx = new @Nullable Tensor[saved.inputs()];
    if (saved.needs(0)) {
      dx[0] = BatchedProduct.of(rows, saved.get(1), null, null).reshape(saved.shape(0));
    }
    if (saved.needs(1)) {
      dx[1] = BatchedProduct.of(BatchedProduct.transposed(rows), saved.get(0), null, null);
    }
    if (biased && saved.needs(2)) {
      dx[2] = Broadcast.sumTo(rows, saved.shape(2));
    }
    if (added && saved.needs(residualAt())) {
      dx[residualAt()] = dy;
    }
    return dx;
  }
}
