package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.groupnorm.GroupNormKernel;
import cadj.kernels.groupnorm.GroupNormShape;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Group normalisation, Wu & He 2018 (arXiv:1803.08494), with SiLU after it in one pass or without.
///
/// ```
/// x [N,C,*], weight [C], bias [C] → y [N,C,*], channels-last
///
/// x̂ = (x − mean)·rstd, statistics per sample and group
/// z = weight·x̂ + bias
/// y = z or silu(z)
///
/// dz      = dy or dy·silu′(z)
/// g       = dz·weight
/// dx      = rstd·(g − mean(g) − x̂·mean(g·x̂))
/// dweight = Σ dz·x̂
/// dbias   = Σ dz
/// ```
///
/// Keeps x and mean, rstd [N,groups]; recomputes x̂ and z, each of which would cost a whole
/// activation.
public record GroupNorm(int groups, float eps, boolean silu) implements Op {
  public static Tensor groupNorm(Tensor x, int groups, Tensor weight, Tensor bias, float eps) {
    return Op.apply(new GroupNorm(groups, eps, false), x, weight, bias);
  }

  /// silu(groupNorm(x))
  public static Tensor groupNormSilu(Tensor x, int groups, Tensor weight, Tensor bias, float eps) {
    return Op.apply(new GroupNorm(groups, eps, true), x, weight, bias);
  }

  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0];
    require(x.rank() >= 2, "groupNorm: x must have at least 2 dimensions, got %s", x);
    require(
        groups > 0 && x.dim(1) >= groups && x.dim(1) % groups == 0,
        "groupNorm: %d groups do not divide the %d channels of x %s",
        groups,
        x.dim(1),
        x);
    PerChannel.check("groupNorm: weight", in, 1, x.dim(1));
    PerChannel.check("groupNorm: bias", in, 2, x.dim(1));
    return x;
  }

  /// Mean 1, variance 3, x̂ 2, weight and bias 2, SiLU 2 per element.
  @Override
  public long flops(Shape out, Shape... in) {
    return (silu ? 10L : 8L) * out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    long x = out.elements();
    return (silu ? 6 * x : 0)
        + (saved.needs(0) ? 8 * x : 0)
        + (saved.needs(1) ? 2 * x : 0)
        + (saved.needs(2) ? x : 0);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = in[0].channelsLast();
    Tensor weight = in[1].contiguous();
    Tensor bias = in[2].contiguous();
    Tensor y = x.emptyChannelsLast(x.shape().toArray());
    Tensor mean = x.empty(x.dim(0), groups);
    Tensor rstd = mean.emptyLike();
    GroupNormKernel.on(y.device(), y.memory())
        .forward(
            shape(x),
            y.denseBuffer(),
            mean.denseBuffer(),
            rstd.denseBuffer(),
            x.denseBuffer(),
            weight.denseBuffer(),
            bias.denseBuffer());
    return saved.keep(y, x, weight, mean, rstd, silu ? bias : null);
  }

  private GroupNormShape shape(Tensor x) {
    int pixels = x.shape().product(2, x.rank());
    return new GroupNormShape(x.dim(0), pixels, x.dim(1), groups, eps, silu);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor x = saved.get(0);
    Tensor weight = saved.get(1);
    Tensor dx = saved.needs(0) ? x.emptyChannelsLast(x.shape().toArray()) : null;
    Tensor dweight = saved.needs(1) ? weight.emptyLike() : null;
    Tensor dbias = saved.needs(2) ? weight.emptyLike() : null;
    GroupNormKernel.on(x.device(), x.memory())
        .backward(
            shape(x),
            dx == null ? null : dx.denseBuffer(),
            dweight == null ? null : dweight.denseBuffer(),
            dbias == null ? null : dbias.denseBuffer(),
            dy.channelsLast().denseBuffer(),
            saved.get(2).denseBuffer(),
            saved.get(3).denseBuffer(),
            x.denseBuffer(),
            weight.denseBuffer(),
            silu ? saved.get(4).denseBuffer() : null);
    return new @Nullable Tensor[] {dx, dweight, dbias};
  }
}
