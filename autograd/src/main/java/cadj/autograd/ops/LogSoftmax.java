package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.softmax.SoftmaxKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// yᵢ = xᵢ − log Σⱼ exp(xⱼ) along dimension `dim`.
///
/// dx = dy − exp(y)·Σ dy. Saves y.
public record LogSoftmax(int dim) implements Op {
  public static Tensor logSoftmax(Tensor x, int dim) {
    return Op.apply(new LogSoftmax(dim), x);
  }

  @Override
  public Shape shape(Shape... in) {
    Dims.axis("logSoftmax", in[0], dim);
    return in[0];
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return Softmax.work(out);
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return Softmax.work(out);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = Dims.rows(Floats.requireFloat("logSoftmax", in[0]), dim);
    Tensor y = x.emptyLike();
    int width = x.dim(-1);
    SoftmaxKernel.on(y.device(), y.denseBuffer())
        .logForward(y.denseBuffer(), x.denseBuffer(), y.elements() / Math.max(1, width), width);
    return saved.keep(Dims.unrows(y, dim), y);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor y = saved.get(0);
    Tensor dx = y.emptyLike();
    int width = y.dim(-1);
    SoftmaxKernel.on(y.device(), y.denseBuffer())
        .logBackward(
            dx.denseBuffer(),
            Dims.rows(dy, dim).denseBuffer(),
            y.denseBuffer(),
            y.elements() / Math.max(1, width),
            width);
    return new Tensor[] {Dims.unrows(dx, dim)};
  }
}
