package cadj.autograd.ops;

import static cadj.autograd.ops.Attention.attention;
import static cadj.autograd.ops.Attention.scaledDotProductAttention;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.autograd.graph.Op;
import cadj.tensor.Tensor;
import java.util.List;

final class AttentionSamples implements OpSamples {
  @Override
  public Class<? extends Op> op() {
    return Attention.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        attend("self", 2, false, normal(2, 3, 4), normal(2, 3, 4)),
        attend("causal", 2, true, normal(2, 4, 4), normal(2, 4, 4)),
        attend("cross", 3, false, normal(1, 2, 6), normal(1, 5, 6)),
        attend("one head, one query", 1, false, normal(1, 1, 5), normal(1, 3, 5)),
        attend("several blocks of keys", 2, false, normal(1, 19, 6), normal(1, 77, 6)),
        attend("long, causal", 1, true, normal(1, 70, 3), normal(1, 70, 3)),
        attend("no queries", 2, false, normal(2, 0, 4), normal(2, 3, 4)),
        separateHeads("heads apart", false, normal(2, 3, 4, 2), normal(2, 3, 5, 2)),
        separateHeads("heads apart, causal", true, normal(1, 2, 3, 3), normal(1, 2, 3, 3)));
  }

  private static Sample attend(String name, int heads, boolean causal, Input q, Input kv) {
    return sample(name, in -> attention(in[0], in[1], in[2], heads, causal), q, kv, kv)
        .expecting(
            in -> {
              float scale = (float) (1 / Math.sqrt(in[0].dim(2) / (double) heads));
              return plain(in[0], in[1], in[2], heads, causal, scale);
            });
  }

  private static Sample separateHeads(String name, boolean causal, Input q, Input kv) {
    return sample(
            name, in -> scaledDotProductAttention(in[0], in[1], in[2], causal, 0.7f), q, kv, kv)
        .expecting(in -> plain(oneHead(in[0]), oneHead(in[1]), oneHead(in[2]), 1, causal, 0.7f));
  }

  /// [B,heads,N,D] → [B·heads,N,D]
  private static Tensor oneHead(Tensor x) {
    return x.reshape(x.dim(0) * x.dim(1), x.dim(2), x.dim(3));
  }

  private static double[] plain(
      Tensor q, Tensor k, Tensor v, int heads, boolean causal, float scale) {
    int dim = q.dim(2) / heads;
    double[] out = new double[q.elements()];
    for (int at = 0; at < out.length; at++) {
      int n = at / q.dim(2) / q.dim(1);
      int i = at / q.dim(2) % q.dim(1);
      int c = at % q.dim(2);
      int head = c / dim;
      double total = 0;
      for (int j = 0; j < (causal ? i + 1 : k.dim(1)); j++) {
        double score = 0;
        for (int d = head * dim; d < (head + 1) * dim; d++) {
          score += q.get(n, i, d) * k.get(n, j, d);
        }
        double p = Math.exp(scale * score);
        total += p;
        out[at] += p * v.get(n, j, c);
      }
      out[at] /= total;
    }
    return out;
  }

  @Override
  public List<Misuse> misuses() {
    Tensor q = Tensor.of(new double[24], 2, 3, 4);
    Tensor k = Tensor.of(new double[16], 2, 2, 4);
    return List.of(
        new Misuse(
            "attention: q must be [B,Nq,C] with C a multiple of 3 heads, got [2,3,4]",
            () -> attention(q, k, k, 3, false)),
        new Misuse(
            "attention: q [2,3,4] expects k [2,*,4], got k [1,6,4]",
            () -> attention(q, q.reshape(1, 6, 4), q, 2, false)),
        new Misuse(
            "attention: v must be shaped like k [2,2,4], got v [2,3,4]",
            () -> attention(q, k, q, 2, false)),
        new Misuse(
            "attention: causal needs as many queries as keys, got q [2,3,4], k [2,2,4]",
            () -> attention(q, k, k, 2, true)),
        new Misuse(
            "scaledDotProductAttention: q must have 4 dimensions, got [2,3,4]",
            () -> scaledDotProductAttention(q, q, q, false, 1f)),
        new Misuse(
            "scaledDotProductAttention: q [1,2,3,4] expects k [1,2,*,4], got k [2,1,3,4]",
            () ->
                scaledDotProductAttention(
                    q.reshape(1, 2, 3, 4), q.reshape(2, 1, 3, 4), q, false, 1f)));
  }
}
