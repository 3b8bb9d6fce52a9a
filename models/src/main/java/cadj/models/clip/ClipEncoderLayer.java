package cadj.models.clip;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Attention.attention;

import cadj.autograd.graph.Tape;
import cadj.autograd.nn.LayerNorm;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;

/// Pre-norm transformer layer: x + attn(norm1(x)), then x + mlp(norm2(x)); every projection has a
/// bias.
///
/// x [N,T,hidden] → [N,T,hidden]
public final class ClipEncoderLayer {
  private final String path;
  private final boolean causal;
  private final int heads;
  private final ClipActivation activation;
  private final Linear kProj;
  private final Linear vProj;
  private final Linear qProj;
  private final Linear outProj;
  private final LayerNorm layerNorm1;
  private final Linear fc1;
  private final Linear fc2;
  private final LayerNorm layerNorm2;

  public ClipEncoderLayer(Weights w, ClipLayersConfig config, boolean causal) {
    this.path = w.path();
    this.causal = causal;
    this.heads = config.heads();
    this.activation = config.activation();
    int hidden = config.hiddenSize();
    kProj = new Linear(w.at("self_attn.k_proj"), hidden, hidden);
    vProj = new Linear(w.at("self_attn.v_proj"), hidden, hidden);
    qProj = new Linear(w.at("self_attn.q_proj"), hidden, hidden);
    outProj = new Linear(w.at("self_attn.out_proj"), hidden, hidden);
    layerNorm1 = new LayerNorm(w.at("layer_norm1"), hidden, config.layerNormEps());
    fc1 = new Linear(w.at("mlp.fc1"), hidden, config.intermediateSize());
    fc2 = new Linear(w.at("mlp.fc2"), config.intermediateSize(), hidden);
    layerNorm2 = new LayerNorm(w.at("layer_norm2"), hidden, config.layerNormEps());
  }

  public Tensor forward(Tensor x) {
    return Tape.block(path, in -> layer(in[0]), x);
  }

  private Tensor layer(Tensor x) {
    Tensor n = layerNorm1.forward(x);
    Tensor mixed = attention(qProj.forward(n), kProj.forward(n), vProj.forward(n), heads, causal);
    Tensor h = add(x, outProj.forward(mixed));
    return add(h, fc2.forward(activation.apply(fc1.forward(layerNorm2.forward(h)))));
  }
}
