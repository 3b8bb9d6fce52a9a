package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The sum over some dimensions, or all. With `keepDim` they stay, with size 1.
///
/// dx = dy, repeated along them (a view). Saves nothing.
public record Sum(boolean keepDim, List<Integer> dims) implements Op {
  /// The sum of all elements, a scalar.
  public static Tensor sum(Tensor x) {
    return sum(x, false);
  }

  /// The sum over `dims`; over all, as in PyTorch, if none is named.
  public static Tensor sum(Tensor x, boolean keepDim, int... dims) {
    return Op.apply(new Sum(keepDim, IntStream.of(dims).boxed().toList()), x);
  }

  @Override
  public Shape shape(Shape... in) {
    boolean[] summed = summed(in[0]);
    return Shape.of(
        IntStream.range(0, summed.length)
            .filter(d -> keepDim || !summed[d])
            .map(d -> summed[d] ? 1 : in[0].dim(d))
            .toArray());
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return in[0].elements();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor sum = Reduction.sum(in[0], summed(in[0].shape()));
    return keepDim ? sum : sum.reshape(shape(in[0].shape()));
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Shape x = saved.shape(0);
    return new Tensor[] {dy.reshape(new Sum(true, dims).shape(x)).expand(x)};
  }

  private boolean[] summed(Shape x) {
    boolean[] summed = new boolean[x.rank()];
    for (int dim : dims) {
      int d = Dims.axis("sum", x, dim);
      require(!summed[d], "sum: dimension %d of %s is named twice", dim, x);
      summed[d] = true;
    }
    for (int d = 0; d < summed.length; d++) {
      summed[d] |= dims.isEmpty();
    }
    return summed;
  }
}
