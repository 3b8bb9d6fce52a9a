package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.copy.CopyKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Layout;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Elements `from` (inclusive) to `to` (exclusive) of dimension `dim`: a view.
///
/// dx is dy there and 0 elsewhere.
public record Slice(int dim, int from, int to) implements Op {
  public static Tensor slice(Tensor x, int dim, int from, int to) {
    return Op.apply(new Slice(dim, from, to), x);
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public Shape shape(Shape... in) {
    Dims.axis("slice", in[0], dim);
    return Layout.contiguous(in[0]).slice(dim, from, to).shape();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    return in[0].slice(dim, from, to);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor dx = dy.emptyLike(saved.shape(0));
    CopyKernel.on(dx.device(), dx.denseBuffer()).fill(dx.denseBuffer(), 0);
    dx.slice(dim, from, to).copyFrom(dy);
    return new Tensor[] {dx};
  }
}
