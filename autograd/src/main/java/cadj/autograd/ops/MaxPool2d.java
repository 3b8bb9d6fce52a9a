package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.device.DType;
import cadj.kernels.device.I64;
import cadj.kernels.pool.Pool2dKernel;
import cadj.kernels.pool.Pool2dShape;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Largest value of square windows; padding never wins.
///
/// ```
/// x [N,C,H,W] → y [N,C,Ho,Wo], channels-last
/// ```
///
/// dx receives each dy where the first maximum of its window lay. Keeps those places.
public record MaxPool2d(int kernel, int stride, int padding) implements Op {
  public static Tensor maxPool2d(Tensor x, int kernel, int stride, int padding) {
    return Op.apply(new MaxPool2d(kernel, stride, padding), x);
  }

  @Override
  public Shape shape(Shape... in) {
    return Pooling.shape("maxPool2d", in[0], kernel, stride, padding);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = in[0].channelsLast();
    Tensor y = x.emptyChannelsLast(shape(x.shape()).toArray());
    Tensor index = Tensor.empty(DType.I64, Shape.of(y.elements()));
    Pool2dKernel.on(y.device(), y.memory())
        .max(sizes(x.shape()), y.denseBuffer(), I64.of(index.denseBuffer()), x.denseBuffer());
    return saved.keep(y, index);
  }

  private Pool2dShape sizes(Shape x) {
    return Pooling.sizes(x, kernel, stride, padding);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor dx = dy.emptyChannelsLast(saved.shape(0).toArray());
    Pool2dKernel.on(dx.device(), dx.memory())
        .maxBackward(
            sizes(dx.shape()),
            dx.denseBuffer(),
            dy.channelsLast().denseBuffer(),
            I64.of(saved.get(0).denseBuffer()));
    return new Tensor[] {dx};
  }
}
