package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.binary.Binary;
import cadj.kernels.groupnorm.GroupNormKernel;
import cadj.kernels.groupnorm.GroupNormShape;
import cadj.kernels.unary.Unary;
import cadj.kernels.unary.UnaryKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Batch normalisation, Ioffe & Szegedy 2015 (arXiv:1502.03167), by known statistics: evaluation.
///
/// ```
/// x [N,C,*], runningMean, runningVar, weight, bias [C] → y [N,C,*]
///
/// std = √(runningVar + eps)
/// x̂   = (x − runningMean)/std
/// y   = weight·x̂ + bias
///
/// dx      = dy·weight/std
/// dweight = Σ dy·x̂
/// dbias   = Σ dy
/// ```
///
/// The statistics have no gradient. Keeps x only for weight's gradient.
///
/// With the statistics of the batch itself: [BatchNormTraining].
public record BatchNorm(float eps) implements Op {
  public static Tensor batchNorm(
      Tensor x, Tensor runningMean, Tensor runningVar, Tensor weight, Tensor bias, float eps) {
    return Op.apply(new BatchNorm(eps), x, runningMean, runningVar, weight, bias);
  }

  /// Normalises by the statistics of `x` itself.
  public static Tensor batchNormTraining(Tensor x, Tensor weight, Tensor bias, float eps) {
    return Op.apply(new BatchNormTraining(eps, null), x, weight, bias);
  }

  /// The same, and lets `running` learn from these statistics.
  public static Tensor batchNormTraining(
      Tensor x, RunningStatistics running, Tensor weight, Tensor bias, float eps) {
    return Op.apply(new BatchNormTraining(eps, running), x, weight, bias);
  }

  @Override
  public boolean differentiable(int input) {
    return input != 1 && input != 2;
  }

  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0];
    require(x.rank() >= 2, "batchNorm: x must have at least 2 dimensions, got %s", x);
    PerChannel.check("batchNorm: runningMean", in, 1, x.dim(1));
    PerChannel.check("batchNorm: runningVar", in, 2, x.dim(1));
    PerChannel.check("batchNorm: weight", in, 3, x.dim(1));
    PerChannel.check("batchNorm: bias", in, 4, x.dim(1));
    return x;
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return 2L * out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    long x = out.elements();
    return (saved.needs(0) ? x : 0) + (saved.needs(3) ? 4 * x : 0) + (saved.needs(4) ? x : 0);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = in[0];
    Tensor mean = in[1];
    Tensor weight = in[3];
    Tensor std = std(in[2]);
    Tensor scale = Broadcast.apply(Binary.DIV, weight, std);
    Tensor shift = Broadcast.apply(Binary.SUB, in[4], Broadcast.apply(Binary.MUL, mean, scale));
    Tensor scaled = Broadcast.apply(Binary.MUL, x, PerChannel.alignedWith(x.rank(), scale));
    Tensor y = Broadcast.apply(Binary.ADD, scaled, PerChannel.alignedWith(x.rank(), shift));
    return saved.keep(y, saved.needs(3) ? x : null, mean, std, weight);
  }

  /// √(var + eps)
  private Tensor std(Tensor var) {
    Tensor values = var.contiguous();
    Tensor std = values.emptyLike();
    UnaryKernel kernel = UnaryKernel.on(std.device(), std.memory());
    kernel.affine(std.denseBuffer(), values.denseBuffer(), 1f, eps);
    kernel.forward(Unary.SQRT, std.denseBuffer(), std.denseBuffer());
    return std;
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor std = saved.get(2);
    Tensor weight = saved.get(3);
    @Nullable Tensor[] dx = new @Nullable Tensor[5];
    if (saved.needs(0)) {
      Tensor scale = Broadcast.apply(Binary.DIV, weight, std);
      dx[0] = Broadcast.apply(Binary.MUL, dy, PerChannel.alignedWith(dy.rank(), scale));
    }
    if (saved.needs(3)) {
      dx[3] = weightGradient(saved, dy);
    }
    if (saved.needs(4)) {
      dx[4] = PerChannel.sum(dy);
    }
    return dx;
  }

  /// Σ dy·(x − mean)/std
  private static Tensor weightGradient(Saved saved, Tensor dy) {
    Tensor x = saved.get(0).channelsLast();
    Tensor mean = saved.get(1).contiguous();
    Tensor std = saved.get(2);
    Tensor weight = saved.get(3).contiguous();
    Tensor rstd = Broadcast.apply(Binary.DIV, Tensor.full(std.dtype(), std.shape(), 1f), std);
    Tensor dweight = rstd.emptyLike();
    int channels = x.dim(1);
    int rows = x.dim(0) * x.shape().product(2, x.rank());
    GroupNormKernel.on(x.device(), x.memory())
        .backward(
            new GroupNormShape(1, rows, channels, channels, 0, false),
            null,
            dweight.denseBuffer(),
            null,
            dy.channelsLast().denseBuffer(),
            mean.denseBuffer(),
            rstd.denseBuffer(),
            x.denseBuffer(),
            weight.denseBuffer(),
            null);
    return dweight;
  }
}
