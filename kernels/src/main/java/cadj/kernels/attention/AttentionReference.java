package cadj.kernels.attention;

import cadj.kernels.device.Buffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One query at a time, its row of probabilities in full, in double precision.
final class AttentionReference implements AttentionKernel {
  @Override
  public void forward(AttentionShape shape, Buffer out, Buffer lse, Buffer q, Buffer k, Buffer v) {
    double[] p = new double[shape.keys()];
    for (int b = 0; b < shape.batch(); b++) {
      for (int h = 0; h < shape.heads(); h++) {
        for (int i = 0; i < shape.queries(); i++) {
          int visible = visible(shape, i);
          double max = Double.NEGATIVE_INFINITY;
          for (int j = 0; j < visible; j++) {
            p[j] = score(shape, q, k, b, h, i, j);
            max = Math.max(max, p[j]);
          }
          double sum = 0;
          for (int j = 0; j < visible; j++) {
            p[j] = Math.exp(p[j] - max);
            sum += p[j];
          }
          lse.set((b * shape.heads() + h) * shape.queries() + i, max + Math.log(sum));
          for (int d = 0; d < shape.dim(); d++) {
            double y = 0;
            for (int j = 0; j < visible; j++) {
              y += p[j] * v.get(at(shape, b, shape.keys(), j, h) + d);
            }
            out.set(at(shape, b, shape.queries(), i, h) + d, y / sum);
          }
        }
      }
    }
  }

  /// Per query, with its scores s:
  ///
  /// ```
  /// p  = exp(s − lse)         δ  = Σ dout·out
  /// ds = p·(dout·v − δ)       dv = pᵀ dout
  /// dq = scale·ds k           dk = scale·dsᵀ q
  /// ```
  @Override
  public void backward(
      AttentionShape shape,
      @Nullable Buffer dq,
      @Nullable Buffer dk,
      @Nullable Buffer dv,
      Buffer dout,
      Buffer out,
      Buffer lse,
      Buffer q,
      Buffer k,
      Buffer v) {
    int dim = shape.dim();
    double[] dkSum = new double[shape.keys() * dim];
    double[] dvSum = new double[shape.keys() * dim];
    double[] dqSum = new double[dim];
    for (int b = 0; b < shape.batch(); b++) {
      for (int h = 0; h < shape.heads(); h++) {
        Arrays.fill(dkSum, 0);
        Arrays.fill(dvSum, 0);
        for (int i = 0; i < shape.queries(); i++) {
          int query = at(shape, b, shape.queries(), i, h);
          double logSum = lse.get((b * shape.heads() + h) * shape.queries() + i);
          double delta = dot(dout, query, out, query, dim);
          Arrays.fill(dqSum, 0);
          int visible = visible(shape, i);
          for (int j = 0; j < visible; j++) {
            int key = at(shape, b, shape.keys(), j, h);
            double p = Math.exp(score(shape, q, k, b, h, i, j) - logSum);
            double ds = shape.scale() * p * (dot(dout, query, v, key, dim) - delta);
            for (int d = 0; d < dim; d++) {
              dqSum[d] += ds * k.get(key + d);
              dkSum[j * dim + d] += ds * q.get(query + d);
              dvSum[j * dim + d] += p * dout.get(query + d);
            }
          }
          for (int d = 0; d < dim; d++) {
            setIfWanted(dq, query + d, dqSum[d]);
          }
        }
        for (int j = 0; j < shape.keys(); j++) {
          int key = at(shape, b, shape.keys(), j, h);
          for (int d = 0; d < dim; d++) {
            setIfWanted(dk, key + d, dkSum[j * dim + d]);
            setIfWanted(dv, key + d, dvSum[j * dim + d]);
          }
        }
      }
    }
  }

  private static void setIfWanted(@Nullable Buffer gradient, int at, double value) {
    if (gradient != null) {
      gradient.set(at, value);
    }
  }

  private static int visible(AttentionShape shape, int query) {
    return shape.causal() ? Math.min(shape.keys(), query + 1) : shape.keys();
  }

  private static double score(
      AttentionShape shape, Buffer q, Buffer k, int b, int h, int i, int j) {
    int query = at(shape, b, shape.queries(), i, h);
    int key = at(shape, b, shape.keys(), j, h);
    return shape.scale() * dot(q, query, k, key, shape.dim());
  }

  /// Where the vector of `token`, `head` starts in a [B,tokens,heads,dim] buffer.
  private static int at(AttentionShape shape, int b, int tokens, int token, int head) {
    return ((b * tokens + token) * shape.heads() + head) * shape.dim();
  }

  private static double dot(Buffer a, int aAt, Buffer b, int bAt, int n) {
    double sum = 0;
    for (int d = 0; d < n; d++) {
      sum += a.get(aAt + d) * b.get(bAt + d);
    }
    return sum;
  }
}
