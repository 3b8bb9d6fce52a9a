package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.layernorm.LayerNormKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Layer normalisation over the last dimension, Ba et al. 2016 (arXiv:1607.06450).
///
/// ```
/// x [..,C], weight [C], bias [C] or neither → y [..,C]
///
/// x̂ = (x − mean)·rstd, statistics per row
/// y = weight·x̂ + bias, or x̂ alone
///
/// g       = dy·weight
/// dx      = rstd·(g − mean(g) − x̂·mean(g·x̂))
/// dweight = Σ dy·x̂
/// dbias   = Σ dy
/// ```
///
/// Keeps x and mean, rstd [rows]; recomputes x̂, which would cost a whole activation.
public record LayerNorm(float eps) implements Op {
  public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, float eps) {
    return Op.apply(new LayerNorm(eps), x, weight, bias);
  }

  /// Without weight and bias: PyTorch's `elementwise_affine=False`.
  public static Tensor layerNorm(Tensor x, float eps) {
    return Op.apply(new LayerNorm(eps), x);
  }

  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0];
    require(x.rank() >= 1, "layerNorm: x must have at least 1 dimension, got %s", x);
    PerChannel.check("layerNorm: weight", in, 1, x.dim(-1));
    PerChannel.check("layerNorm: bias", in, 2, x.dim(-1));
    return x;
  }

  /// Mean 1, variance 3, x̂ 2, weight and bias 2 per element, of ones and zeros too.
  @Override
  public long flops(Shape out, Shape... in) {
    return 8L * out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    long x = out.elements();
    boolean affine = saved.inputs() > 1;
    return (saved.needs(0) ? 8 * x : 0)
        + (affine && saved.needs(1) ? 2 * x : 0)
        + (affine && saved.needs(2) ? x : 0);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = in[0].contiguous();
    Tensor weight = in.length > 1 ? in[1].contiguous() : constant(x, 1);
    Tensor bias = in.length > 1 ? in[2].contiguous() : constant(x, 0);
    Tensor y = Tensor.empty(x.dtype(), x.shape());
    Tensor mean = x.empty(rows(x));
    Tensor rstd = mean.emptyLike();
    LayerNormKernel.on(y.device(), y.memory())
        .forward(
            y.denseBuffer(),
            mean.denseBuffer(),
            rstd.denseBuffer(),
            x.denseBuffer(),
            weight.denseBuffer(),
            bias.denseBuffer(),
            rows(x),
            x.dim(-1),
            eps);
    return saved.keep(y, x, weight, mean, rstd);
  }

  /// [C]
  private static Tensor constant(Tensor x, float value) {
    return Tensor.full(x.dtype(), Shape.of(x.dim(-1)), value);
  }

  private static int rows(Tensor x) {
    return x.shape().product(0, x.rank() - 1);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor x = saved.get(0);
    Tensor weight = saved.get(1);
    Tensor dx = saved.needs(0) ? Tensor.empty(x.dtype(), x.shape()) : null;
    boolean affine = saved.inputs() > 1;
    Tensor dweight = affine && saved.needs(1) ? weight.emptyLike() : null;
    Tensor dbias = affine && saved.needs(2) ? weight.emptyLike() : null;
    LayerNormKernel.on(x.device(), x.memory())
        .backward(
            dx == null ? null : dx.denseBuffer(),
            dweight == null ? null : dweight.denseBuffer(),
            dbias == null ? null : dbias.denseBuffer(),
            dy.contiguous().denseBuffer(),
            saved.get(2).denseBuffer(),
            saved.get(3).denseBuffer(),
            x.denseBuffer(),
            weight.denseBuffer(),
            rows(x),
            x.dim(-1));
    return affine ? new @Nullable Tensor[] {dx, dweight, dbias} : new @Nullable Tensor[] {dx};
  }
}
