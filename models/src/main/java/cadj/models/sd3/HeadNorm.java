package cadj.models.sd3;

import static cadj.autograd.ops.Reshape.reshape;

import cadj.autograd.nn.RmsNorm;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// RMS norm of the queries or keys of each head (`qk_norm`), or nothing in models without it: x
/// [N,T,heads·D] → [N,T,heads·D].
///
/// Announced as [N,T,heads,D], which moves no value; diffusers' has heads before tokens.
final class HeadNorm {
  private static final float EPS = 1e-6f;

  private final int heads;
  private final @Nullable RmsNorm norm;

  HeadNorm(Weights w, SD3TransformerConfig config) {
    heads = config.numAttentionHeads();
    norm = config.qkNorm() ? new RmsNorm(w, config.attentionHeadDim(), EPS) : null;
  }

  Tensor forward(Tensor x) {
    if (norm == null) {
      return x;
    }
    Tensor perHead = reshape(x, x.dim(0), x.dim(1), heads, x.dim(2) / heads);
    return reshape(norm.forward(perHead), x.dim(0), x.dim(1), x.dim(2));
  }
}
