package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.rmsnorm.RmsNormKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Root mean square normalisation over the last dimension, Zhang & Sennrich 2019
/// (arXiv:1910.07467).
///
/// ```
/// x [..,C], weight [C] → y [..,C]
///
/// x̂ = x·rstd, rstd = 1/√(mean(x²) + eps) per row
/// y = weight·x̂
///
/// g       = dy·weight
/// dx      = rstd·(g − x̂·mean(g·x̂))
/// dweight = Σ dy·x̂
/// ```
///
/// Keeps x and rstd [rows]; recomputes x̂, which would cost a whole activation.
public record RmsNorm(float eps) implements Op {
  public static Tensor rmsNorm(Tensor x, Tensor weight, float eps) {
    return Op.apply(new RmsNorm(eps), x, weight);
  }

  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0];
    require(x.rank() >= 1, "rmsNorm: x must have at least 1 dimension, got %s", x);
    PerChannel.check("rmsNorm: weight", in, 1, x.dim(-1));
    return x;
  }

  /// Mean of squares 2, x̂ 1, weight 1 per element.
  @Override
  public long flops(Shape out, Shape... in) {
    return 4L * out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    long x = out.elements();
    return (saved.needs(0) ? 7 * x : 0) + (saved.needs(1) ? 2 * x : 0);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = in[0].contiguous();
    Tensor weight = in[1].contiguous();
    Tensor y = Tensor.empty(x.dtype(), x.shape());
    Tensor rstd = x.empty(rows(x));
    RmsNormKernel.on(y.device(), y.memory())
        .forward(
            y.denseBuffer(),
            rstd.denseBuffer(),
            x.denseBuffer(),
            weight.denseBuffer(),
            rows(x),
            x.dim(-1),
            eps);
    return saved.keep(y, x, weight, rstd);
  }

  private static int rows(Tensor x) {
    return x.shape().product(0, x.rank() - 1);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor x = saved.get(0);
    Tensor weight = saved.get(1);
    Tensor dx = saved.needs(0) ? Tensor.empty(x.dtype(), x.shape()) : null;
    Tensor dweight = saved.needs(1) ? weight.emptyLike() : null;
    RmsNormKernel.on(x.device(), x.memory())
        .backward(
            dx == null ? null : dx.denseBuffer(),
            dweight == null ? null : dweight.denseBuffer(),
            dy.contiguous().denseBuffer(),
            saved.get(2).denseBuffer(),
            x.denseBuffer(),
            weight.denseBuffer(),
            rows(x),
            x.dim(-1));
    return new @Nullable Tensor[] {dx, dweight};
  }
}
