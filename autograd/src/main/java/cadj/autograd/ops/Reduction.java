package cadj.autograd.ops;

import cadj.kernels.sum.SumKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Sums over dimensions, in whatever order they lie in memory, without copying a dense tensor.
final class Reduction {
  private Reduction() {}

  /// The sum of `x` over the dimensions with `summed[d]`, which stay with size 1. The others keep
  /// their order in memory.
  static Tensor sum(Tensor x, boolean... summed) {
    int[] order =
        IntStream.range(0, x.rank())
            .boxed()
            .sorted(Comparator.comparingInt(d -> -x.layout().stride(d)))
            .mapToInt(Integer::intValue)
            .toArray();
    Tensor sum = x.permute(order).contiguous();
    for (int d = 0; d < order.length; ) {
      int end = d;
      while (end < order.length && summed[order[end]]) {
        end++;
      }
      if (sum.shape().product(d, end) != 1) {
        sum = sumRun(sum, d, end);
      }
      d = end + 1;
    }
    return sum.permute(Dims.inverse(order));
  }

  /// Sum over the neighbouring dimensions `from` to `to` (exclusive) of a contiguous tensor.
  private static Tensor sumRun(Tensor x, int from, int to) {
    Shape shape = x.shape();
    int[] kept = shape.toArray();
    for (int d = from; d < to; d++) {
      kept[d] = 1;
    }
    Tensor out = x.empty(kept);
    SumKernel.on(x.device(), out.denseBuffer())
        .sum(
            out.denseBuffer(),
            x.denseBuffer(),
            shape.product(0, from),
            shape.product(from, to),
            shape.product(to, shape.rank()));
    return out;
  }
}
