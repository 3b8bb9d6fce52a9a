package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.copy.CopyKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Layout;
import cadj.tensor.shape.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The inputs one after the other along dimension `dim`; their other sizes agree. Lies in memory
/// like the first.
///
/// Each input's gradient is its part of dy (a view).
public record Cat(int dim) implements Op {
  public static Tensor cat(int dim, Tensor... x) {
    return Op.apply(new Cat(dim), x);
  }

  @Override
  public Shape shape(Shape... in) {
    require(in.length > 0, "cat: expected at least one input, got none");
    int axis = Dims.axis("cat", in[0], dim);
    int size = 0;
    for (int i = 0; i < in.length; i++) {
      require(
          in[i].rank() == in[0].rank() && in[i].with(axis, 0).equals(in[0].with(axis, 0)),
          "cat: input %d must be like input 0 %s but for dimension %d, got %s",
          i,
          in[0],
          dim,
          in[i]);
      size += in[i].dim(axis);
    }
    return in[0].with(axis, size);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Shape[] shapes = Arrays.stream(in).map(Tensor::shape).toArray(Shape[]::new);
    Tensor y = in[0].emptyLike(shape(shapes));
    if (in.length == 2 && runs(y, in)) {
      int run = y.layout().stride(dim) * y.dim(dim);
      CopyKernel.on(y.device(), y.memory())
          .join(
              y.denseBuffer(),
              in[0].denseBuffer(),
              in[1].denseBuffer(),
              y.elements() / Math.max(1, run));
      return y;
    }
    int from = 0;
    for (Tensor x : in) {
      y.slice(dim, from, from + x.dim(dim)).copyFrom(x);
      from += x.dim(dim);
    }
    return y;
  }

  /// Whether `x` lie in memory in the order of their result, so that along `dim` it consists of
  /// runs of theirs.
  private boolean runs(Tensor y, Tensor... x) {
    for (Tensor each : x) {
      Layout part = y.slice(dim, 0, each.dim(dim)).layout().denseLike();
      if (!each.layout().sameOrder(part)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor[] dx = new Tensor[saved.inputs()];
    int from = 0;
    for (int i = 0; i < dx.length; i++) {
      int to = from + saved.shape(i).dim(dim);
      dx[i] = dy.slice(dim, from, to);
      from = to;
    }
    return dx;
  }
}
