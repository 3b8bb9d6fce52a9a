package cadj.models.vae;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Tape;
import cadj.autograd.nn.GroupNorm;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.ScaledDotProductAttention;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.PixelTokens;
import cadj.tensor.Tensor;

/// Single-head self-attention over the pixels of an image, normalised first, with biases and a
/// residual.
///
/// x [N,C,H,W] → [N,C,H,W]
public final class VaeAttention {
  private final String path;
  private final GroupNorm groupNorm;
  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final ScaledDotProductAttention attention;
  private final Linear toOut;

  public VaeAttention(Weights w, int channels, int groups, float eps) {
    path = w.path();
    groupNorm = new GroupNorm(w.at("group_norm"), groups, channels, eps);
    toQ = new Linear(w.at("to_q"), channels, channels);
    toK = new Linear(w.at("to_k"), channels, channels);
    toV = new Linear(w.at("to_v"), channels, channels);
    attention = new ScaledDotProductAttention(path, 1, false);
    toOut = new Linear(w.at("to_out.0"), channels, channels);
  }

  public Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> Tape.block(path, all -> attend(all[0]), in));
  }

  private Tensor attend(Tensor x) {
    Tensor tokens = PixelTokens.fromImage(groupNorm.forward(x));
    Tensor mixed = attention.forward(toQ.forward(tokens), toK.forward(tokens), toV.forward(tokens));
    return PixelTokens.toImage(toOut.forward(mixed, PixelTokens.fromImage(x)), x);
  }
}
