package cadj.autograd.ops;

import static cadj.autograd.ops.Slice.slice;
import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Cuts a tensor into slices of equal size along one dimension.
public final class Chunk {
  private Chunk() {}

  /// Slices of ⌈size/n⌉ elements, the last one what is left: `n` of them or, as in PyTorch, fewer.
  public static List<Tensor> chunk(Tensor x, int n, int dim) {
    int size = x.dim(Dims.axis("chunk", x.shape(), dim));
    require(n > 0, "chunk: expected at least one chunk, got %d", n);
    int step = Math.max(1, Math.ceilDiv(size, n));
    List<Tensor> chunks = new ArrayList<>();
    for (int from = 0; from == 0 || from < size; from += step) {
      chunks.add(slice(x, dim, from, Math.min(size, from + step)));
    }
    return chunks;
  }
}
