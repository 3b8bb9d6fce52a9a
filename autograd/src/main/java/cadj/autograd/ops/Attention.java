package cadj.autograd.ops;

import static cadj.autograd.ops.Permute.permute;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.attention.AttentionKernel;
import cadj.kernels.attention.AttentionShape;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Multi-head attention, Vaswani et al. 2017 (arXiv:1706.03762), without ever storing the scores
/// (Dao et al. 2022, arXiv:2205.14135).
///
/// ```
/// q [B,Nq,C], k, v [B,Nk,C] → y [B,Nq,C], heads side by side in C
///
/// per head:
/// p  = softmax(scale·q·kᵀ), causal: query i sees keys 0 … i
/// y  = p·v
///
/// dv = pᵀ·dy
/// ds = p·(dy·vᵀ − Σ dy·y)
/// dq = scale·ds·k
/// dk = scale·dsᵀ·q
/// ```
///
/// Keeps q, k, v, y and the logarithm of the softmax denominators [B,heads,Nq]; recomputes p.
/// Computes only those of dq, dk and dv that are needed.
public record Attention(int heads, boolean causal, float scale) implements Op {
  /// With the customary scale 1/√(C/heads).
  public static Tensor attention(Tensor q, Tensor k, Tensor v, int heads, boolean causal) {
    return Op.apply(new Attention(heads, causal, scale("attention", q, heads)), q, k, v);
  }

  /// 1/√(C/heads)
  static float scale(String op, Tensor q, int heads) {
    requireHeads(op, q, heads);
    return (float) (1 / Math.sqrt((double) q.dim(2) / heads));
  }

  static void requireHeads(String op, Tensor q, int heads) {
    require(
        q.rank() == 3 && heads > 0 && q.dim(2) % heads == 0,
        "%s: q must be [B,Nq,C] with C a multiple of %d heads, got %s",
        op,
        heads,
        q.shape());
  }

  /// On separate heads: q [B,heads,Nq,D], k, v [B,heads,Nk,D] → y [B,heads,Nq,D].
  public static Tensor scaledDotProductAttention(
      Tensor q, Tensor k, Tensor v, boolean causal, float scale) {
    Shape shape = q.shape().requireRank(4, "scaledDotProductAttention: q");
    require(
        k.rank() == 4 && k.shape().with(2, shape.dim(2)).equals(shape),
        "scaledDotProductAttention: q %s expects k [%d,%d,*,%d], got k %s",
        shape,
        shape.dim(0),
        shape.dim(1),
        shape.dim(3),
        k.shape());
    require(
        v.shape().equals(k.shape()),
        "scaledDotProductAttention: v must be shaped like k %s, got v %s",
        k.shape(),
        v.shape());
    Attention op = new Attention(shape.dim(1), causal, scale);
    Tensor y = Op.apply(op, tokens(q), tokens(k), tokens(v));
    Tensor heads = reshape(y, shape.dim(0), shape.dim(2), shape.dim(1), shape.dim(3));
    return permute(heads, 0, 2, 1, 3);
  }

  /// [B,heads,N,D] → [B,N,heads·D]
  private static Tensor tokens(Tensor x) {
    return reshape(permute(x, 0, 2, 1, 3), x.dim(0), x.dim(2), x.dim(1) * x.dim(3));
  }

  @Override
  public Shape shape(Shape... in) {
    Shape q = in[0].requireRank(3, "attention: q");
    Shape k = in[1].requireRank(3, "attention: k");
    require(
        k.dim(0) == q.dim(0) && k.dim(2) == q.dim(2),
        "attention: q %s expects k [%d,*,%d], got k %s",
        q,
        q.dim(0),
        q.dim(2),
        k);
    require(in[2].equals(k), "attention: v must be shaped like k %s, got v %s", k, in[2]);
    require(k.dim(1) > 0, "attention: no keys in k %s", k);
    require(
        !causal || q.dim(1) == k.dim(1),
        "attention: causal needs as many queries as keys, got q %s, k %s",
        q,
        k);
    return q;
  }

  private AttentionShape sizes(Shape q, Shape k) {
    return new AttentionShape(q.dim(0), heads, q.dim(1), k.dim(1), q.dim(2) / heads, scale, causal);
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return 2 * products(out, in[1]);
  }

  /// Of one product of queries and keys that see each other.
  private long products(Shape q, Shape k) {
    long keys = k.dim(1);
    return (causal ? keys + 1 : 2 * keys) * q.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    long product = products(out, saved.shape(1));
    boolean scores = saved.needs(0) || saved.needs(1);
    return product * (saved.needs(2) ? 1 : 0)
        + product * (scores ? 1 : 0)
        + product * (saved.needs(0) ? 1 : 0)
        + product * (saved.needs(1) ? 1 : 0);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor q = in[0].contiguous();
    Tensor k = in[1].contiguous();
    Tensor v = in[2].contiguous();
    Tensor y = Tensor.empty(q.dtype(), q.shape());
    Tensor lse = q.empty(q.dim(0), heads, q.dim(1));
    AttentionKernel.on(y.device(), y.memory())
        .forward(
            sizes(q.shape(), k.shape()),
            y.denseBuffer(),
            lse.denseBuffer(),
            q.denseBuffer(),
            k.denseBuffer(),
            v.denseBuffer());
    return saved.keep(y, q, k, v, y, lse);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor q = saved.get(0);
    Tensor k = saved.get(1);
    Tensor v = saved.get(2);
    Tensor dq = saved.needs(0) ? q.emptyLike() : null;
    Tensor dk = saved.needs(1) ? k.emptyLike() : null;
    Tensor dv = saved.needs(2) ? v.emptyLike() : null;
    AttentionKernel.on(q.device(), q.memory())
        .backward(
            sizes(q.shape(), k.shape()),
            dq == null ? null : dq.denseBuffer(),
            dk == null ? null : dk.denseBuffer(),
            dv == null ? null : dv.denseBuffer(),
            dy.contiguous().denseBuffer(),
            saved.get(3).denseBuffer(),
            saved.get(4).denseBuffer(),
            q.denseBuffer(),
            k.denseBuffer(),
            v.denseBuffer());
    return new @Nullable Tensor[] {dq, dk, dv};
  }
}
