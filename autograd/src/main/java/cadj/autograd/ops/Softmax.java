package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.softmax.SoftmaxKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// yᵢ = exp(xᵢ)/Σⱼ exp(xⱼ) along dimension `dim`.
///
/// dx = y·(dy − Σ dy·y). Saves y.
public record Softmax(int dim) implements Op {
  public static Tensor softmax(Tensor x, int dim) {
    return Op.apply(new Softmax(dim), x);
  }

  @Override
  public Shape shape(Shape... in) {
    Dims.axis("softmax", in[0], dim);
    return in[0];
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return work(out);
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return work(out);
  }

  /// Of either pass, and of [LogSoftmax]: four for each element.
  static long work(Shape out) {
    return 4L * out.elements();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = Dims.rows(Floats.requireFloat("softmax", in[0]), dim);
    Tensor y = x.emptyLike();
    int width = x.dim(-1);
    SoftmaxKernel.on(y.device(), y.denseBuffer())
        .forward(y.denseBuffer(), x.denseBuffer(), y.elements() / Math.max(1, width), width);
    return saved.keep(Dims.unrows(y, dim), y);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor y = saved.get(0);
    Tensor dx = y.emptyLike();
    int width = y.dim(-1);
    SoftmaxKernel.on(y.device(), y.denseBuffer())
        .backward(
            dx.denseBuffer(),
            Dims.rows(dy, dim).denseBuffer(),
            y.denseBuffer(),
            y.elements() / Math.max(1, width),
            width);
    return new Tensor[] {Dims.unrows(dx, dim)};
  }
}
