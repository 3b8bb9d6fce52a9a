package cadj.models.unet;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.ScaledDotProductAttention;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;

/// Multi-head attention of one sequence to another, diffusers' `Attention` without q, k, v biases.
///
/// x [N,T,dim], context [N,S,context] → [N,T,dim], before the residual is added.
public final class Attention {
  private final String path;
  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final ScaledDotProductAttention attention;
  private final Linear toOut;

  public Attention(Weights w, int dim, int context, int heads) {
    this.path = w.path();
    toQ = new Linear(w.at("to_q"), dim, dim, false);
    toK = new Linear(w.at("to_k"), context, dim, false);
    toV = new Linear(w.at("to_v"), context, dim, false);
    attention = new ScaledDotProductAttention(path, heads, false);
    toOut = new Linear(w.at("to_out.0"), dim, dim);
  }

  /// Self-attention: x attends to itself.
  public Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> attend(in, in));
  }

  public Tensor forward(Tensor x, Tensor context) {
    return Activations.module(path, x, in -> attend(in, context));
  }

  private Tensor attend(Tensor x, Tensor context) {
    Tensor q = toQ.forward(x);
    Tensor k = toK.forward(context);
    Tensor v = toV.forward(context);
    return toOut.forward(attention.forward(q, k, v));
  }
}
