package cadj.models.vae;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Attention.attention;

import cadj.autograd.graph.Tape;
import cadj.autograd.nn.Activations;
import cadj.autograd.nn.GroupNorm;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.Tokens;
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
  private final Linear toOut;

  public VaeAttention(Weights w, int channels, int groups, float eps) {
    path = w.path();
    groupNorm = new GroupNorm(w.at("group_norm"), groups, channels, eps);
    toQ = new Linear(w.at("to_q"), channels, channels);
    toK = new Linear(w.at("to_k"), channels, channels);
    toV = new Linear(w.at("to_v"), channels, channels);
    toOut = new Linear(w.at("to_out.0"), channels, channels);
  }

  public Tensor forward(Tensor x) {
    return Activations.announce(path, Tape.block(path, in -> attend(in[0]), x));
  }

  private Tensor attend(Tensor x) {
    Tensor tokens = Tokens.fromImage(groupNorm.forward(x));
    Tensor mixed =
        attention(toQ.forward(tokens), toK.forward(tokens), toV.forward(tokens), 1, false);
    return add(Tokens.toImage(toOut.forward(mixed), x), x);
  }
}
