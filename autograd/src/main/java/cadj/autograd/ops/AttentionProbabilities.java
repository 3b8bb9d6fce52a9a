package cadj.autograd.ops;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.MatMul.matmul;
import static cadj.autograd.ops.Permute.permute;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.autograd.ops.Softmax.softmax;

import cadj.tensor.Tensor;

/// [Attention] in two halves, with its probabilities in between as a tensor: slower, and as large
/// as heads·Nq·Nk.
public final class AttentionProbabilities {
  private static final String NAME = "attentionProbabilities";

  private AttentionProbabilities() {}

  /// softmax(q·kᵀ/√(C/heads)): q [N,Nq,C], k [N,Nk,C] → [N,heads,Nq,Nk], rows of sum 1.
  ///
  /// @param causal query i sees keys 0 … i
  public static Tensor attentionProbabilities(Tensor q, Tensor k, int heads, boolean causal) {
    float scale = Attention.scale(NAME, q, heads);
    Tensor scores = scale(scores(q, k, heads), scale);
    return softmax(causal ? add(scores, unseen(scores)) : scores, -1);
  }

  /// softmax(q·kᵀ + bias), not scaled: q [N,Nq,C], k [N,Nk,C], bias [1,heads,Nq,Nk] →
  /// [N,heads,Nq,Nk], rows of sum 1.
  public static Tensor attentionProbabilities(Tensor q, Tensor k, Tensor bias) {
    int heads = bias.shape().requireRank(4, NAME + ": bias").dim(1);
    Attention.requireHeads(NAME, q, heads);
    return softmax(add(scores(q, k, heads), bias), -1);
  }

  /// q·kᵀ of each head.
  private static Tensor scores(Tensor q, Tensor k, int heads) {
    return matmul(perHead(q, heads), permute(perHead(k, heads), 0, 1, 3, 2));
  }

  /// probabilities·v: [N,heads,Nq,Nk], v [N,Nk,C] → [N,Nq,C].
  public static Tensor weighted(Tensor probabilities, Tensor v) {
    Tensor mixed = matmul(probabilities, perHead(v, probabilities.dim(1)));
    return reshape(permute(mixed, 0, 2, 1, 3), v.dim(0), probabilities.dim(2), v.dim(2));
  }

  /// [N,T,C] → [N,heads,T,C/heads]
  private static Tensor perHead(Tensor x, int heads) {
    return permute(reshape(x, x.dim(0), x.dim(1), heads, x.dim(2) / heads), 0, 2, 1, 3);
  }

  /// −∞ where the key comes after the query, else 0: [Nq,Nk].
  private static Tensor unseen(Tensor scores) {
    int queries = scores.dim(2);
    int keys = scores.dim(3);
    float[] mask = new float[queries * keys];
    for (int i = 0; i < queries; i++) {
      for (int j = i + 1; j < keys; j++) {
        mask[i * keys + j] = Float.NEGATIVE_INFINITY;
      }
    }
    return Tensor.of(mask, queries, keys).to(scores.dtype());
  }
}
