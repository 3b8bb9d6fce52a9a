package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.unary.UnaryKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// y = min(max(x, low), high), elementwise.
///
/// dx = dy where low ≤ x ≤ high, else 0. Saves x.
public record Clamp(float low, float high) implements Op {
  public static Tensor clamp(Tensor x, float low, float high) {
    return Op.apply(new Clamp(low, high), x);
  }

  @Override
  public Shape shape(Shape... in) {
    require(low <= high, "clamp: expected low ≤ high, got %s and %s", low, high);
    return in[0];
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = Floats.requireFloat("clamp", in[0]).dense();
    Tensor y = x.emptyLike();
    UnaryKernel.on(y.device(), y.denseBuffer()).clamp(y.denseBuffer(), x.denseBuffer(), low, high);
    return saved.keep(y, x);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor x = saved.get(0);
    Tensor dx = x.emptyLike();
    UnaryKernel.on(x.device(), x.denseBuffer())
        .clampBackward(
            dx.denseBuffer(), dy.orderedLike(x).denseBuffer(), x.denseBuffer(), low, high);
    return new Tensor[] {dx};
  }
}
