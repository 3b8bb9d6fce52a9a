package cadj.models.clip;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Tape;
import cadj.autograd.nn.LayerNorm;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Residual;
import cadj.autograd.nn.ScaledDotProductAttention;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// Pre-norm transformer layer: x + attn(norm1(x)), then x + mlp(norm2(x)); every projection has a
/// bias.
///
/// x [N,T,hidden] → [N,T,hidden]
public final class ClipEncoderLayer {
  private final String path;
  private final String selfAttention;
  private final String mlp;
  private final ClipActivation activation;
  private final Linear kProj;
  private final Linear vProj;
  private final Linear qProj;
  private final ScaledDotProductAttention attention;
  private final Linear outProj;
  private final LayerNorm layerNorm1;
  private final Linear fc1;
  private final Linear fc2;
  private final LayerNorm layerNorm2;

  public ClipEncoderLayer(Weights w, ClipLayersConfig config, boolean causal) {
    this.path = w.path();
    this.selfAttention = w.at("self_attn").path();
    this.mlp = w.at("mlp").path();
    this.activation = config.activation();
    int hidden = config.hiddenSize();
    kProj = new Linear(w.at("self_attn.k_proj"), hidden, hidden);
    vProj = new Linear(w.at("self_attn.v_proj"), hidden, hidden);
    qProj = new Linear(w.at("self_attn.q_proj"), hidden, hidden);
    attention = new ScaledDotProductAttention(selfAttention, config.heads(), causal);
    outProj = new Linear(w.at("self_attn.out_proj"), hidden, hidden);
    layerNorm1 = new LayerNorm(w.at("layer_norm1"), hidden, config.layerNormEps());
    fc1 = new Linear(w.at("mlp.fc1"), hidden, config.intermediateSize());
    fc2 = new Linear(w.at("mlp.fc2"), config.intermediateSize(), hidden);
    layerNorm2 = new LayerNorm(w.at("layer_norm2"), hidden, config.layerNormEps());
  }

  public Tensor forward(Tensor x) {
    return Activations.module(path, x, in -> Tape.block(path, all -> layer(all[0]), in));
  }

  private Tensor layer(Tensor x) {
    Tensor h = Residual.module(selfAttention, layerNorm1.forward(x), x, this::attend);
    return Residual.module(mlp, layerNorm2.forward(h), h, this::feedForward);
  }

  private Tensor attend(Tensor x, @Nullable Tensor residual) {
    Tensor q = qProj.forward(x);
    return outProj.forward(attention.forward(q, kProj.forward(x), vProj.forward(x)), residual);
  }

  private Tensor feedForward(Tensor x, @Nullable Tensor residual) {
    return fc2.forward(activation.apply(fc1.forward(x)), residual);
  }
}
