package cadj.autograd.ops;

import static cadj.autograd.ops.Mean.mean;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.pool.Pool2dKernel;
import cadj.kernels.pool.Pool2dShape;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Mean over square windows, padding counted as zeros (PyTorch's default).
///
/// ```
/// x [N,C,H,W] → y [N,C,Ho,Wo], channels-last
/// ```
///
/// dx spreads each dy evenly over its window. Keeps nothing.
public record AvgPool2d(int kernel, int stride, int padding) implements Op {
  public static Tensor avgPool2d(Tensor x, int kernel, int stride, int padding) {
    return Op.apply(new AvgPool2d(kernel, stride, padding), x);
  }

  /// Mean over all pixels: x [N,C,H,W] → [N,C,1,1].
  public static Tensor globalAvgPool2d(Tensor x) {
    x.shape().requireRank(4, "globalAvgPool2d: x");
    return mean(x, true, 2, 3);
  }

  @Override
  public Shape shape(Shape... in) {
    return Pooling.shape("avgPool2d", in[0], kernel, stride, padding);
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return (long) kernel * kernel * out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return (long) kernel * kernel * out.elements();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = in[0].channelsLast();
    Tensor y = x.emptyChannelsLast(shape(x.shape()).toArray());
    Pool2dKernel.on(y.device(), y.memory())
        .average(sizes(x.shape()), y.denseBuffer(), x.denseBuffer());
    return y;
  }

  private Pool2dShape sizes(Shape x) {
    return Pooling.sizes(x, kernel, stride, padding);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor dx = dy.emptyChannelsLast(saved.shape(0).toArray());
    Pool2dKernel.on(dx.device(), dx.memory())
        .averageBackward(sizes(dx.shape()), dx.denseBuffer(), dy.channelsLast().denseBuffer());
    return new Tensor[] {dx};
  }
}
