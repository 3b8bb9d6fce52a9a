package cadj.models.blocks;

import static cadj.autograd.ops.UpsampleNearest.upsampleNearest;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// Enlarges an image by repeating pixels, then a 3×3 convolution: diffusers' `Upsample2D`.
public final class Upsample2D {
  private final String path;
  private final Conv2d conv;

  public Upsample2D(Weights w, int channels) {
    path = w.path();
    conv = new Conv2d(w.at("conv"), channels, channels, 3, Window.same(1));
  }

  /// Doubles both sides.
  public Tensor forward(Tensor x) {
    return forward(x, 2 * x.dim(2), 2 * x.dim(3));
  }

  /// To `height` × `width`: where a side was odd before it was halved, twice is one too many.
  public Tensor forward(Tensor x, int height, int width) {
    return Activations.module(
        path, x, in -> Scope.keep(path, () -> conv.forward(upsampleNearest(in, height, width))));
  }
}
