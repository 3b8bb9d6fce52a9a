package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.device.DType;
import cadj.kernels.device.I64;
import cadj.kernels.embedding.EmbeddingKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Rows of a table, looked up by id.
///
/// ```
/// ids [..] I64, weight [entries,width] → y [..,width]
///
/// y = weight[ids]
///
/// dweight = Σ of dy's rows by id
/// ```
///
/// Keeps the ids.
public record Embedding() implements Op {
  public static Tensor embedding(Tensor ids, Tensor weight) {
    require(ids.dtype() == DType.I64, "embedding: ids must be I64, got %s", ids.dtype());
    return Op.apply(new Embedding(), ids, weight);
  }

  @Override
  public boolean differentiable(int input) {
    return input == 1;
  }

  @Override
  public Shape shape(Shape... in) {
    Shape weight = in[1].requireRank(2, "embedding: weight");
    int[] dims = Arrays.copyOf(in[0].toArray(), in[0].rank() + 1);
    dims[in[0].rank()] = weight.dim(1);
    return Shape.of(dims);
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return out.elements();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor ids = in[0].contiguous();
    Tensor weight = in[1].contiguous();
    checkRange(ids, weight.shape());
    Tensor y = Tensor.empty(weight.dtype(), shape(ids.shape(), weight.shape()));
    EmbeddingKernel.on(y.device(), y.memory())
        .forward(y.denseBuffer(), weight.denseBuffer(), I64.of(ids.denseBuffer()), weight.dim(1));
    return saved.keep(y, ids);
  }

  private static void checkRange(Tensor ids, Shape weight) {
    long[] values = ids.toLongs();
    for (int i = 0; i < values.length; i++) {
      require(
          values[i] >= 0 && values[i] < weight.dim(0),
          "embedding: id %d at position %d of ids %s is not one of the %d rows of weight %s",
          values[i],
          i,
          ids.shape(),
          weight.dim(0),
          weight);
    }
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor ids = saved.get(0);
    Tensor dweight = dy.empty(saved.shape(1).toArray());
    EmbeddingKernel.on(dweight.device(), dweight.memory())
        .backward(
            dweight.denseBuffer(),
            dy.contiguous().denseBuffer(),
            I64.of(ids.denseBuffer()),
            dweight.dim(1));
    return new @Nullable Tensor[] {null, dweight};
  }
}
