package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Layout;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Dimension i of the result is dimension `order[i]` of x: a view.
public record Permute(List<Integer> order) implements Op {
  public static Tensor permute(Tensor x, int... order) {
    return Op.apply(new Permute(IntStream.of(order).boxed().toList()), x);
  }

  /// Swaps two dimensions.
  public static Tensor transpose(Tensor x, int dim0, int dim1) {
    int a = Dims.axis("transpose", x.shape(), dim0);
    int b = Dims.axis("transpose", x.shape(), dim1);
    return permute(x, IntStream.range(0, x.rank()).map(d -> d == a ? b : d == b ? a : d).toArray());
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public Shape shape(Shape... in) {
    order.forEach(dim -> Dims.axis("permute", in[0], dim));
    return Layout.contiguous(in[0]).permute(numbers()).shape();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    return in[0].permute(numbers());
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    int[] axes = IntStream.of(numbers()).map(dy.shape()::axis).toArray();
    return new Tensor[] {dy.permute(Dims.inverse(axes))};
  }

  private int[] numbers() {
    return order.stream().mapToInt(Integer::intValue).toArray();
  }
}
