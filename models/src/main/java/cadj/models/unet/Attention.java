package cadj.models.unet;

import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Residual;
import cadj.autograd.nn.ScaledDotProductAttention;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Multi-head attention of a sequence to itself or to another, diffusers' `Attention` without q, k,
/// v biases.
///
/// x [N,T,dim], context [N,S,context], residual [N,T,dim] → [N,T,dim], the residual added.
public final class Attention {
  private final String path;
  private final List<Linear> ofX;
  private final List<Linear> ofContext;
  private final ScaledDotProductAttention attention;
  private final Linear toOut;

  private Attention(Weights w, int dim, int heads, List<Linear> ofX, List<Linear> ofContext) {
    this.path = w.path();
    this.ofX = ofX;
    this.ofContext = ofContext;
    attention = new ScaledDotProductAttention(path, heads, false);
    toOut = new Linear(w.at("to_out.0"), dim, dim);
  }

  /// Of x to itself.
  public static Attention self(Weights w, int dim, int heads) {
    List<Linear> all = Linear.row(w, List.of("to_q", "to_k", "to_v"), dim, dim);
    return new Attention(w, dim, heads, all, List.of());
  }

  /// Of x to a context of width `context`.
  public static Attention cross(Weights w, int dim, int context, int heads) {
    List<Linear> query = Linear.row(w, List.of("to_q"), dim, dim);
    List<Linear> others = Linear.row(w, List.of("to_k", "to_v"), context, dim);
    return new Attention(w, dim, heads, query, others);
  }

  /// Self-attention.
  public Tensor forward(Tensor x, Tensor residual) {
    return Residual.module(path, x, residual, (in, r) -> attend(in, in, r));
  }

  public Tensor forward(Tensor x, Tensor context, Tensor residual) {
    return Residual.module(path, x, residual, (in, r) -> attend(in, context, r));
  }

  private Tensor attend(Tensor x, Tensor context, @Nullable Tensor residual) {
    List<Tensor> qkv = new ArrayList<>(Linear.forwardEach(x, ofX));
    if (!ofContext.isEmpty()) {
      qkv.addAll(Linear.forwardEach(context, ofContext));
    }
    return toOut.forward(attention.forward(qkv.get(0), qkv.get(1), qkv.get(2)), residual);
  }
}
