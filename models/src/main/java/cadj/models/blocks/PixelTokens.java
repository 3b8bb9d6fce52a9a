package cadj.models.blocks;

import static cadj.autograd.ops.Permute.permute;
import static cadj.autograd.ops.Reshape.reshape;

import cadj.tensor.Tensor;

/// An image as a sequence of pixels and back. With channels-last memory neither moves a value.
public final class PixelTokens {
  private PixelTokens() {}

  /// [N,C,H,W] → [N,H·W,C]
  public static Tensor fromImage(Tensor x) {
    return reshape(permute(x, 0, 2, 3, 1), x.dim(0), x.dim(2) * x.dim(3), x.dim(1));
  }

  /// [N,H·W,C] → [N,C,H,W], with the H and W of `image`
  public static Tensor toImage(Tensor tokens, Tensor image) {
    return permute(
        reshape(tokens, tokens.dim(0), image.dim(2), image.dim(3), tokens.dim(2)), 0, 3, 1, 2);
  }
}
