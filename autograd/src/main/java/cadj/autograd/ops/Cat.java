package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.tensor.Tensor;
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
    int from = 0;
    for (Tensor x : in) {
      y.slice(dim, from, from + x.dim(dim)).copyFrom(x);
      from += x.dim(dim);
    }
    return y;
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
