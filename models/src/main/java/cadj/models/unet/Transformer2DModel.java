package cadj.models.unet;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Tape;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.GroupNorm;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.models.blocks.PixelTokens;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Transformer blocks over the pixels of an image, diffusers' `Transformer2DModel`.
///
/// x [N,C,H,W], context [N,S,context] → [N,C,H,W]. The projections in and out are 1×1 convolutions
/// (Stable Diffusion 1) or linear layers on pixels (2, XL). The input, before its norm, is added
/// last.
public final class Transformer2DModel {
  private static final float EPS = 1e-6f; // not the UNet's norm_eps

  /// Of images [N,C,H,W].
  @FunctionalInterface
  private interface Projection {
    Tensor forward(Tensor x, @Nullable Tensor residual);
  }

  private final String path;
  private final GroupNorm norm;
  private final Projection projIn;
  private final List<BasicTransformerBlock> blocks = new ArrayList<>();
  private final Projection projOut;

  public Transformer2DModel(
      Weights w,
      int channels,
      int context,
      int heads,
      int layers,
      boolean linearProjection,
      int groups) {
    path = w.path();
    norm = new GroupNorm(w.at("norm"), groups, channels, EPS);
    projIn = projection(w.at("proj_in"), channels, linearProjection);
    for (int i = 0; i < layers; i++) {
      blocks.add(
          new BasicTransformerBlock(w.at("transformer_blocks").at(i), channels, context, heads));
    }
    projOut = projection(w.at("proj_out"), channels, linearProjection);
  }

  private static Projection projection(Weights w, int channels, boolean linear) {
    if (linear) {
      Linear layer = new Linear(w, channels, channels);
      return (x, residual) ->
          PixelTokens.toImage(
              layer.forward(
                  PixelTokens.fromImage(x),
                  residual == null ? null : PixelTokens.fromImage(residual)),
              x);
    }
    return new Conv2d(w, channels, channels, 1, Window.same(0))::forward;
  }

  public Tensor forward(Tensor x, Tensor context) {
    return Activations.module(
        path, x, in -> Tape.block(path, all -> transform(all[0], all[1]), in, context));
  }

  private Tensor transform(Tensor x, Tensor context) {
    Tensor tokens = PixelTokens.fromImage(projIn.forward(norm.forward(x), null));
    for (BasicTransformerBlock block : blocks) {
      tokens = block.forward(tokens, context);
    }
    return projOut.forward(PixelTokens.toImage(tokens, x), x);
  }
}
