package cadj.autograd.ops;

import static cadj.autograd.ops.AttentionProbabilities.attentionProbabilities;
import static cadj.autograd.ops.AttentionProbabilities.weighted;
import static cadj.autograd.ops.Input.normal;
import static cadj.autograd.ops.Sample.sample;

import cadj.tensor.Tensor;
import java.util.List;

final class AttentionProbabilitiesSamples implements OpSamples {
  @Override
  public Class<?> op() {
    return AttentionProbabilities.class;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        probabilities("of itself", 2, false, normal(2, 3, 4), normal(2, 3, 4)),
        probabilities("causal", 2, true, normal(2, 4, 6), normal(2, 4, 6)),
        probabilities("of others", 3, false, normal(2, 2, 6), normal(2, 5, 6)),
        probabilities("no queries", 2, false, normal(2, 0, 4), normal(2, 3, 4)),
        biased("with a bias", normal(2, 3, 4), normal(2, 5, 4), normal(1, 2, 3, 5)),
        biased("with a bias, no queries", normal(2, 0, 4), normal(2, 3, 4), normal(1, 2, 0, 3)),
        sample("times values", in -> weighted(in[0], in[1]), normal(2, 3, 4, 5), normal(2, 5, 6))
            .expecting(in -> mixed(in[0], in[1])));
  }

  private static Sample probabilities(String name, int heads, boolean causal, Input q, Input k) {
    return sample(name, in -> attentionProbabilities(in[0], in[1], heads, causal), q, k)
        .expecting(
            in -> {
              float scale = (float) (1 / Math.sqrt((double) in[0].dim(2) / heads));
              return plain(in[0], in[1], heads, causal, (score, head, i, j) -> scale * score);
            });
  }

  private static Sample biased(String name, Input q, Input k, Input bias) {
    return sample(name, in -> attentionProbabilities(in[0], in[1], in[2]), q, k, bias)
        .expecting(
            in ->
                plain(
                    in[0],
                    in[1],
                    in[2].dim(1),
                    false,
                    (score, head, i, j) -> score + in[2].get(0, head, i, j)));
  }

  @FunctionalInterface
  private interface Score {
    double of(double product, int head, int query, int key);
  }

  /// [N,heads,Nq,Nk], element by element.
  private static double[] plain(Tensor q, Tensor k, int heads, boolean causal, Score score) {
    int dim = q.dim(2) / heads;
    double[] out = new double[q.dim(0) * heads * q.dim(1) * k.dim(1)];
    int at = 0;
    for (int n = 0; n < q.dim(0); n++) {
      for (int head = 0; head < heads; head++) {
        for (int i = 0; i < q.dim(1); i++, at += k.dim(1)) {
          double total = 0;
          for (int j = 0; j < (causal ? i + 1 : k.dim(1)); j++) {
            double product = 0;
            for (int d = head * dim; d < (head + 1) * dim; d++) {
              product += q.get(n, i, d) * k.get(n, j, d);
            }
            out[at + j] = Math.exp(score.of(product, head, i, j));
            total += out[at + j];
          }
          for (int j = 0; j < k.dim(1); j++) {
            out[at + j] /= total;
          }
        }
      }
    }
    return out;
  }

  /// p [N,heads,Nq,Nk], v [N,Nk,C] → [N,Nq,C], each head its part of C.
  private static double[] mixed(Tensor p, Tensor v) {
    double[] out = new double[p.dim(0) * p.dim(2) * v.dim(2)];
    for (int at = 0; at < out.length; at++) {
      int c = at % v.dim(2);
      int i = at / v.dim(2) % p.dim(2);
      int n = at / v.dim(2) / p.dim(2);
      for (int j = 0; j < v.dim(1); j++) {
        out[at] += p.get(n, c / (v.dim(2) / p.dim(1)), i, j) * v.get(n, j, c);
      }
    }
    return out;
  }

  @Override
  public List<Misuse> misuses() {
    Tensor q = Tensor.of(new double[24], 2, 3, 4);
    return List.of(
        new Misuse(
            "attentionProbabilities: q must be [B,Nq,C] with C a multiple of 3 heads, got [2,3,4]",
            () -> attentionProbabilities(q, q, 3, false)),
        new Misuse(
            "attentionProbabilities: q must be [B,Nq,C] with C a multiple of 3 heads, got [2,3,4]",
            () -> attentionProbabilities(q, q, Tensor.of(new double[27], 1, 3, 3, 3))));
  }
}
