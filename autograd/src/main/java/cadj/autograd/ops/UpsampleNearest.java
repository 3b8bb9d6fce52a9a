package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.upsample.UpsampleNearestKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Enlarges an image to `height`×`width` by repeating pixels, PyTorch's
/// `interpolate(mode="nearest")`.
///
/// ```
/// x [N,C,H,W] → y [N,C,height,width], channels-last
///
/// y[i,j] = x[⌊i·H/height⌋, ⌊j·W/width⌋]
///
/// dx = Σ of dy over the pixels that copied it
/// ```
///
/// Keeps nothing.
public record UpsampleNearest(int height, int width) implements Op {
  public static Tensor upsampleNearest(Tensor x, int height, int width) {
    return Op.apply(new UpsampleNearest(height, width), x);
  }

  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0].requireRank(4, "upsampleNearest: x");
    require(
        height > 0 && width > 0 && x.dim(2) > 0 && x.dim(3) > 0,
        "upsampleNearest: cannot bring x %s to %d×%d",
        x,
        height,
        width);
    return Shape.of(x.dim(0), x.dim(1), height, width);
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return out.elements();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = in[0].channelsLast();
    Tensor y = x.emptyChannelsLast(x.dim(0), x.dim(1), height, width);
    UpsampleNearestKernel.on(y.device(), y.memory())
        .forward(
            y.denseBuffer(),
            x.denseBuffer(),
            x.dim(0),
            x.dim(1),
            x.dim(2),
            x.dim(3),
            height,
            width);
    return y;
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor dx = dy.emptyChannelsLast(saved.shape(0).toArray());
    UpsampleNearestKernel.on(dx.device(), dx.memory())
        .backward(
            dx.denseBuffer(),
            dy.channelsLast().denseBuffer(),
            dx.dim(0),
            dx.dim(1),
            dx.dim(2),
            dx.dim(3),
            height,
            width);
    return new Tensor[] {dx};
  }
}
