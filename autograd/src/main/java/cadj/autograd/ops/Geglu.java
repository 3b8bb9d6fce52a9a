package cadj.autograd.ops;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.geglu.GegluKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// Gated GELU, Shazeer 2020 (arXiv:2002.05202), as diffusers orders it: value first, then gate.
///
/// ```
/// x [..,2C] → y [..,C]
///
/// [value, gate] = x
/// y = value·gelu(gate), gelu exact (erf)
///
/// dvalue = dy·gelu(gate)
/// dgate  = dy·value·gelu′(gate)
/// ```
///
/// Keeps x.
public record Geglu() implements Op {
  public static Tensor geglu(Tensor x) {
    return Op.apply(new Geglu(), x);
  }

  @Override
  public Shape shape(Shape... in) {
    Shape x = in[0];
    require(
        x.rank() >= 1 && x.dim(-1) % 2 == 0,
        "geglu: last dimension must split into value and gate, got x %s",
        x);
    return x.with(-1, x.dim(-1) / 2);
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return 3L * out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return 8L * out.elements();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = in[0].contiguous();
    Tensor y = Tensor.empty(x.dtype(), shape(x.shape()));
    GegluKernel.on(y.device(), y.memory())
        .forward(y.denseBuffer(), x.denseBuffer(), rows(x), y.dim(-1));
    return saved.keep(y, x);
  }

  private static int rows(Tensor x) {
    return x.shape().product(0, x.rank() - 1);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor x = saved.get(0);
    Tensor dx = Tensor.empty(x.dtype(), x.shape());
    GegluKernel.on(x.device(), x.memory())
        .backward(
            dx.denseBuffer(), dy.contiguous().denseBuffer(), x.denseBuffer(), rows(x), dy.dim(-1));
    return new Tensor[] {dx};
  }
}
