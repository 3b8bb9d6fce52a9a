package cadj.models.sd3;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.ScaledDotProductAttention;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// Attention of the image to itself alone, which Stable Diffusion 3.5 has beside the joint one: x
/// [N,T,C] → [N,T,C], before the residual is added.
final class SelfAttention {
  private final String path;
  private final HeadNorm normQ;
  private final HeadNorm normK;
  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final ScaledDotProductAttention attention;
  private final Linear toOut;

  SelfAttention(Weights w, SD3TransformerConfig config) {
    path = w.path();
    int dim = config.innerDim();
    normQ = new HeadNorm(w.at("norm_q"), config);
    normK = new HeadNorm(w.at("norm_k"), config);
    toQ = new Linear(w.at("to_q"), dim, dim);
    toK = new Linear(w.at("to_k"), dim, dim);
    toV = new Linear(w.at("to_v"), dim, dim);
    attention = new ScaledDotProductAttention(path, config.numAttentionHeads(), false);
    toOut = new Linear(w.at("to_out.0"), dim, dim);
  }

  Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> Scope.keep(path, () -> attend(in)));
  }

  private Tensor attend(Tensor x) {
    Tensor q = Scope.keep("query", () -> normQ.forward(toQ.forward(x)));
    Tensor k = Scope.keep("key", () -> normK.forward(toK.forward(x)));
    return toOut.forward(attention.forward(q, k, toV.forward(x)));
  }
}
