package cadj.autograd.nn;

import static cadj.autograd.ops.Attention.attention;
import static cadj.autograd.ops.AttentionProbabilities.attentionProbabilities;
import static cadj.autograd.ops.AttentionProbabilities.weighted;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Activations.Port;
import cadj.tensor.Tensor;

/// What stands between an attention's projections: q [N,Nq,C], k, v [N,Nk,C] → [N,Nq,C].
///
/// Announces the probabilities [N,heads,Nq,Nk] of the module at `path`, which exist only where
/// somebody asks for them.
public final class ScaledDotProductAttention {
  private final String path;
  private final int heads;
  private final boolean causal;

  public ScaledDotProductAttention(String path, int heads, boolean causal) {
    this.path = path;
    this.heads = heads;
    this.causal = causal;
  }

  public Tensor forward(Tensor q, Tensor k, Tensor v) {
    return Activations.fused(
        path,
        Port.PROBABILITIES,
        () -> attentionProbabilities(q, k, heads, causal),
        probabilities -> weighted(probabilities, v),
        () -> attention(q, k, v, heads, causal));
  }
}
