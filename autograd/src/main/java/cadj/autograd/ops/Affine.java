package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.unary.UnaryKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// y = a·x + b, elementwise, with numbers a and b.
///
/// dx = a·dy. Saves nothing.
public record Affine(float a, float b) implements Op {
  public static Tensor affine(Tensor x, float a, float b) {
    return Op.apply(new Affine(a, b), x);
  }

  /// a·x
  public static Tensor scale(Tensor x, float a) {
    return affine(x, a, 0);
  }

  /// x + b
  public static Tensor shift(Tensor x, float b) {
    return affine(x, 1, b);
  }

  /// −x
  public static Tensor neg(Tensor x) {
    return affine(x, -1, 0);
  }

  @Override
  public Shape shape(Shape... in) {
    return in[0];
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return 2L * out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return a == 1 ? 0 : out.elements();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    return value(in[0], a, b);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    return new Tensor[] {a == 1 ? dy : value(dy, a, 0)};
  }

  private static Tensor value(Tensor in, float a, float b) {
    Tensor x = Floats.requireFloat("affine", in).dense();
    Tensor y = x.emptyLike();
    UnaryKernel.on(y.device(), y.denseBuffer()).affine(y.denseBuffer(), x.denseBuffer(), a, b);
    return y;
  }
}
