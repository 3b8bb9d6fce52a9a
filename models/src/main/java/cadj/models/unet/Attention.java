package cadj.models.unet;

import static cadj.autograd.ops.Attention.attention;

import cadj.autograd.nn.Activations;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;

/// Multi-head attention of one sequence to another, diffusers' `Attention` without q, k, v biases.
///
/// x [N,T,dim], context [N,S,context] → [N,T,dim], before the residual is added.
public final class Attention {
  private final String path;
  private final int heads;
  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final Linear toOut;

  public Attention(Weights w, int dim, int context, int heads) {
    this.path = w.path();
    this.heads = heads;
    toQ = new Linear(w.at("to_q"), dim, dim, false);
    toK = new Linear(w.at("to_k"), context, dim, false);
    toV = new Linear(w.at("to_v"), context, dim, false);
    toOut = new Linear(w.at("to_out.0"), dim, dim);
  }

  public Tensor forward(Tensor x, Tensor context) {
    Tensor mixed =
        attention(toQ.forward(x), toK.forward(context), toV.forward(context), heads, false);
    return Activations.announce(path, toOut.forward(mixed));
  }
}
