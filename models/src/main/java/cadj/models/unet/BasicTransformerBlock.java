package cadj.models.unet;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.LayerNorm;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// Three residual branches, each normalised first: self-attention, cross-attention, feed-forward.
///
/// x [N,T,dim], context [N,S,context] → [N,T,dim]
public final class BasicTransformerBlock {
  private static final float EPS = 1e-5f;

  private final String path;
  private final LayerNorm norm1;
  private final Attention attn1;
  private final LayerNorm norm2;
  private final Attention attn2;
  private final LayerNorm norm3;
  private final FeedForward ff;

  public BasicTransformerBlock(Weights w, int dim, int context, int heads) {
    path = w.path();
    norm1 = new LayerNorm(w.at("norm1"), dim, EPS);
    attn1 = Attention.self(w.at("attn1"), dim, heads);
    norm2 = new LayerNorm(w.at("norm2"), dim, EPS);
    attn2 = Attention.cross(w.at("attn2"), dim, context, heads);
    norm3 = new LayerNorm(w.at("norm3"), dim, EPS);
    ff = new FeedForward(w.at("ff"), dim);
  }

  public Tensor forward(Tensor x, Tensor context) {
    return Activations.module(path, x, in -> residuals(in, context));
  }

  private Tensor residuals(Tensor x, Tensor context) {
    Tensor a = Scope.keep("self-attention", () -> attn1.forward(norm1.forward(x), x));
    Tensor b = Scope.keep("cross-attention", () -> attn2.forward(norm2.forward(a), context, a));
    return Scope.keep("feed-forward", () -> ff.forward(norm3.forward(b), b));
  }
}
