package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.groupnorm.GroupNormKernel;
import cadj.kernels.groupnorm.GroupNormShape;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Batch normalisation, Ioffe & Szegedy 2015 (arXiv:1502.03167), by the batch's own statistics:
/// training.
///
/// ```
/// x [N,C,*], weight, bias [C] → y [N,C,*], channels-last
/// ```
///
/// Over all pixels of all images this is [GroupNorm] of one sample with a group per channel, and so
/// are its derivatives. Keeps x and mean, rstd [C].
///
/// @param running what also learns from these statistics, or null. A checkpointed block runs twice
///   and would teach it twice.
public record BatchNormTraining(float eps, @Nullable RunningStatistics running) implements Op {
  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0];
    require(x.rank() >= 2, "batchNormTraining: x must have at least 2 dimensions, got %s", x);
    require(
        samples(x) != 1,
        "batchNormTraining: expected more than one value per channel, got x %s",
        x);
    PerChannel.check("batchNormTraining: weight", in, 1, x.dim(1));
    PerChannel.check("batchNormTraining: bias", in, 2, x.dim(1));
    return x;
  }

  private static int samples(Shape x) {
    return x.dim(0) * x.product(2, x.rank());
  }

  /// As [GroupNorm].
  @Override
  public long flops(Shape out, Shape... in) {
    return 8L * out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    long x = out.elements();
    return (saved.needs(0) ? 8 * x : 0) + (saved.needs(1) ? 2 * x : 0) + (saved.needs(2) ? x : 0);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = in[0].channelsLast();
    Tensor weight = in[1].contiguous();
    Tensor bias = in[2].contiguous();
    int channels = x.dim(1);
    Tensor y = x.emptyChannelsLast(x.shape().toArray());
    Tensor mean = x.empty(channels);
    Tensor rstd = x.empty(channels);
    GroupNormKernel.on(y.device(), y.memory())
        .forward(
            shape(x),
            y.denseBuffer(),
            mean.denseBuffer(),
            rstd.denseBuffer(),
            x.denseBuffer(),
            weight.denseBuffer(),
            bias.denseBuffer());
    if (running != null && x.elements() > 0) {
      running.learn(mean, rstd, eps, samples(x.shape()));
    }
    return saved.keep(y, x, weight, mean, rstd);
  }

  private GroupNormShape shape(Tensor x) {
    return new GroupNormShape(1, samples(x.shape()), x.dim(1), x.dim(1), eps, false);
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
            null);
    return new @Nullable Tensor[] {dx, dweight, dbias};
  }
}
