package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Layout;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// The same elements in row-major order under another shape: a view where x is contiguous, else a
/// copy.
public record Reshape(Shape target) implements Op {
  /// @param dims the new sizes, of which one may be -1: as many as are left
  public static Tensor reshape(Tensor x, int... dims) {
    return Op.apply(new Reshape(x.shape().inferred(dims)), x);
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public Shape shape(Shape... in) {
    return Layout.contiguous(in[0]).reshape(target).shape();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    return in[0].reshape(target);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    return new Tensor[] {dy.reshape(saved.shape(0))};
  }
}
