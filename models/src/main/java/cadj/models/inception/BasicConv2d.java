package cadj.models.inception;

import static cadj.autograd.ops.Pointwise.relu;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.BatchNorm2d;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.tensor.Tensor;

/// relu(bn(conv(x))), the convolution without bias, kernels of any height and width.
final class BasicConv2d {
  private static final float EPS = 1e-3f;

  private final String path;
  private final Conv2d conv;
  private final BatchNorm2d bn;

  private BasicConv2d(Weights w, int in, int out, int height, int width, Window window) {
    path = w.path();
    conv = new Conv2d(w.at("conv"), in, out, height, width, window, false);
    bn = new BatchNorm2d(w.at("bn"), out, EPS);
  }

  /// Keeps height and width: kernels of odd sides, padded by half of each.
  static BasicConv2d same(Weights w, int in, int out, int height, int width) {
    int top = height / 2;
    int left = width / 2;
    return new BasicConv2d(w, in, out, height, width, Window.asymmetric(1, top, left, top, left));
  }

  /// A square kernel without padding.
  static BasicConv2d valid(Weights w, int in, int out, int kernel, int stride) {
    return new BasicConv2d(w, in, out, kernel, kernel, Window.of(stride, 0));
  }

  Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> relu(bn.forward(conv.forward(in))));
  }
}
