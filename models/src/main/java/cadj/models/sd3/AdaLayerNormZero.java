package cadj.models.sd3;

import static cadj.autograd.ops.Chunk.chunk;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.models.sd3.Modulation.modulate;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.LayerNorm;
import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Adaptive layer norm, Peebles & Xie 2022 (arXiv:2212.09748): what a block does to its tokens
/// depends on time step and pooled text. Diffusers' `AdaLayerNormZero`, or in a block with a second
/// attention `SD35AdaLayerNormZeroX`, which has three chunks more.
///
/// ```
/// x [N,T,C], temb [N,C]
///
/// shift_msa,  scale_msa,  gate_msa,
/// shift_mlp,  scale_mlp,  gate_mlp,
/// shift_msa2, scale_msa2, gate_msa2 = linear(silu(temb))   each [N,C]
///
/// y  = norm(x)·(1 + scale_msa) + shift_msa
/// y2 = norm(x)·(1 + scale_msa2) + shift_msa2
/// ```
final class AdaLayerNormZero {
  /// Of every layer norm of the transformer.
  static final float EPS = 1e-6f;

  private final String path;
  private final int chunks;
  private final Linear linear;
  private final LayerNorm norm;

  /// @param joint of the attention to image and text
  /// @param mlp of the feed-forward layer
  /// @param second of the second attention, or null
  record Output(Attention joint, Mlp mlp, @Nullable Attention second) {}

  /// @param x an attention's input
  /// @param gate factor of its output
  record Attention(Tensor x, Tensor gate) {}

  /// @param shift of the feed-forward layer's input
  /// @param scale of its input
  /// @param gate factor of its output
  record Mlp(Tensor shift, Tensor scale, Tensor gate) {}

  /// @param dual whether the block has a second attention
  AdaLayerNormZero(Weights w, int dim, boolean dual) {
    path = w.path();
    chunks = dual ? 9 : 6;
    linear = new Linear(w.at("linear"), dim, chunks * dim);
    norm = new LayerNorm(w.at("norm"), EPS);
  }

  /// Announces y as the module's output, the others by diffusers' names: `gate_msa`, `shift_mlp` …
  /// and y2 as `norm_hidden_states2`.
  Output forward(Tensor x, Tensor temb) {
    return Activations.several(path, x, in -> output(in, temb));
  }

  private Output output(Tensor x, Tensor temb) {
    List<Tensor> chunk = chunk(linear.forward(silu(temb)), chunks, 1);
    Tensor normalised = norm.forward(x);
    Tensor y = modulate(normalised, chunk.get(0), chunk.get(1));
    return new Output(
        new Attention(Activations.announce(path, y), announced("gate_msa", chunk.get(2))),
        new Mlp(
            announced("shift_mlp", chunk.get(3)),
            announced("scale_mlp", chunk.get(4)),
            announced("gate_mlp", chunk.get(5))),
        chunk.size() == 6 ? null : second(normalised, chunk));
  }

  private Attention second(Tensor normalised, List<Tensor> chunk) {
    Tensor y2 = modulate(normalised, chunk.get(6), chunk.get(7));
    return new Attention(
        announced("norm_hidden_states2", y2), announced("gate_msa2", chunk.get(8)));
  }

  private Tensor announced(String name, Tensor value) {
    return Activations.announce(path + "." + name, value);
  }
}
