package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.Buffer;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Two-dimensional convolution (cross-correlation, as PyTorch has it).
///
/// ```
/// x [N,Ci,H,W], weight [Co,Ci/groups,kh,kw], bias [Co] or none → y [N,Co,Ho,Wo], channels-last
///
/// y[o,i,j] = bias[o]
///          + Σ weight[o,c,u,v]·x[c, i·stride + u − padding, j·stride + v − padding] over c, u, v
///
/// dx      = dy convolved with the mirrored weight
/// dweight = dy correlated with x
/// dbias   = Σ dy
/// ```
///
/// Keeps x only for weight's gradient and weight only for x's.
public record Conv2d(Window window) implements Op {
  /// How the kernel moves over the image. Padding is zeros.
  public record Window(
      int strideH, int strideW, int padTop, int padLeft, int padBottom, int padRight, int groups) {
    /// Stride 1 and `padding` on every side: half a kernel keeps the size.
    public static Window same(int padding) {
      return of(1, padding);
    }

    /// One stride for both directions, one padding for all sides.
    public static Window of(int stride, int padding) {
      return asymmetric(stride, padding, padding, padding, padding);
    }

    /// Each side padded for itself.
    public static Window asymmetric(int stride, int top, int left, int bottom, int right) {
      return new Window(stride, stride, top, left, bottom, right, 1);
    }

    /// The same with channels in `count` groups that do not see each other.
    public Window grouped(int count) {
      return new Window(strideH, strideW, padTop, padLeft, padBottom, padRight, count);
    }
  }

  public static Tensor conv2d(Tensor x, Tensor weight, @Nullable Tensor bias, Window window) {
    Conv2d op = new Conv2d(window);
    return bias == null ? Op.apply(op, x, weight) : Op.apply(op, x, weight, bias);
  }

  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0].requireRank(4, "conv2d: x");
    Shape weight = in[1].requireRank(4, "conv2d: weight");
    int channels = weight.dim(1) * window.groups;
    require(
        x.dim(1) == channels,
        "conv2d: weight %s expects %d channels in x (dim 1), got x %s",
        weight,
        channels,
        x);
    require(
        weight.dim(0) % window.groups == 0,
        "conv2d: %d groups do not divide the %d outputs of weight %s",
        window.groups,
        weight.dim(0),
        weight);
    PerChannel.check("conv2d: bias", in, 2, weight.dim(0));
    Conv2dShape sizes = sizes(x, weight);
    int height = x.dim(2) + window.padTop + window.padBottom;
    int width = x.dim(3) + window.padLeft + window.padRight;
    require(
        height >= weight.dim(2) && width >= weight.dim(3),
        "conv2d: kernel of weight %s exceeds x %s padded to %d×%d",
        weight,
        x,
        height,
        width);
    return Shape.of(x.dim(0), weight.dim(0), sizes.ho(), sizes.wo());
  }

  private Conv2dShape sizes(Shape x, Shape weight) {
    return new Conv2dShape(
        x.dim(0),
        x.dim(1),
        x.dim(2),
        x.dim(3),
        weight.dim(0),
        weight.dim(2),
        weight.dim(3),
        window.strideH,
        window.strideW,
        window.padTop,
        window.padLeft,
        window.padBottom,
        window.padRight,
        window.groups);
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return 2L * out.elements() * in[1].product(1, 4);
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    long product = 2L * out.elements() * saved.shape(1).product(1, 4);
    return product * (saved.needs(0) ? 1 : 0) + product * (saved.needs(1) ? 1 : 0);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = in[0].channelsLast();
    Tensor weight = in[1].contiguous();
    Conv2dShape sizes = sizes(x.shape(), weight.shape());
    Tensor y = x.emptyChannelsLast(sizes.n(), sizes.co(), sizes.ho(), sizes.wo());
    Buffer bias = in.length > 2 ? in[2].contiguous().denseBuffer() : null;
    Conv2dKernel.on(y.device(), y.memory())
        .forward(
            sizes, y.denseBuffer(), x.denseBuffer(), weight.stored(), Conv2dAddends.bias(bias));
    return saved.keep(y, saved.needs(1) ? x : null, saved.needs(0) ? weight : null);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor dout = dy.channelsLast();
    Conv2dShape sizes = sizes(saved.shape(0), saved.shape(1));
    Conv2dKernel kernel = Conv2dKernel.on(dout.device(), dout.memory());
    @Nullable Tensor[] dx = new @Nullable Tensor[saved.inputs()];
    if (saved.needs(0)) {
      Tensor weight = saved.get(1);
      Tensor image = dout.emptyChannelsLast(saved.shape(0).toArray());
      kernel.backwardData(sizes, image.denseBuffer(), dout.denseBuffer(), weight.stored());
      dx[0] = image;
    }
    if (saved.needs(1)) {
      Tensor x = saved.get(0);
      Tensor filter = dout.empty(saved.shape(1).toArray());
      kernel.backwardWeight(sizes, filter.denseBuffer(), dout.denseBuffer(), x.denseBuffer());
      dx[1] = filter;
    }
    if (dx.length > 2 && saved.needs(2)) {
      dx[2] = PerChannel.sum(dout);
    }
    return dx;
  }
}
