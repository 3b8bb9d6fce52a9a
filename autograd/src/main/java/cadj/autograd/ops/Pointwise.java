package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.unary.Unary;
import cadj.kernels.unary.UnaryKernel;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// y = f(x), elementwise; [Unary] defines each f and its derivative.
///
/// dx = dy·f′(x). Saves x.
public record Pointwise(Unary f) implements Op {
  private static final Pattern UNDERSCORE = Pattern.compile("_(.)");

  public static Tensor exp(Tensor x) {
    return Op.apply(new Pointwise(Unary.EXP), x);
  }

  /// Natural logarithm.
  public static Tensor log(Tensor x) {
    return Op.apply(new Pointwise(Unary.LOG), x);
  }

  public static Tensor sqrt(Tensor x) {
    return Op.apply(new Pointwise(Unary.SQRT), x);
  }

  /// x²
  public static Tensor square(Tensor x) {
    return Op.apply(new Pointwise(Unary.SQUARE), x);
  }

  public static Tensor sin(Tensor x) {
    return Op.apply(new Pointwise(Unary.SIN), x);
  }

  public static Tensor cos(Tensor x) {
    return Op.apply(new Pointwise(Unary.COS), x);
  }

  /// 1/(1 + e⁻ˣ)
  public static Tensor sigmoid(Tensor x) {
    return Op.apply(new Pointwise(Unary.SIGMOID), x);
  }

  /// x·sigmoid(x)
  public static Tensor silu(Tensor x) {
    return Op.apply(new Pointwise(Unary.SILU), x);
  }

  /// x·Φ(x), exact (erf), as PyTorch's default has it.
  public static Tensor gelu(Tensor x) {
    return Op.apply(new Pointwise(Unary.GELU), x);
  }

  /// ½x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), PyTorch's `gelu(x, approximate="tanh")`.
  public static Tensor geluTanh(Tensor x) {
    return Op.apply(new Pointwise(Unary.GELU_TANH), x);
  }

  /// x·sigmoid(1.702·x), as CLIP has it.
  public static Tensor quickGelu(Tensor x) {
    return Op.apply(new Pointwise(Unary.QUICK_GELU), x);
  }

  /// max(x, 0)
  public static Tensor relu(Tensor x) {
    return Op.apply(new Pointwise(Unary.RELU), x);
  }

  @Override
  public String name() {
    String lower = f.name().toLowerCase(Locale.ROOT);
    return UNDERSCORE.matcher(lower).replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
  }

  @Override
  public Shape shape(Shape... in) {
    return in[0];
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return 2L * out.elements();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor x = Floats.requireFloat(name(), in[0]).dense();
    Tensor y = x.emptyLike();
    UnaryKernel.on(y.device(), y.denseBuffer()).forward(f, y.denseBuffer(), x.denseBuffer());
    return saved.keep(y, x);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor x = saved.get(0);
    Tensor dx = x.emptyLike();
    UnaryKernel.on(x.device(), x.denseBuffer())
        .backward(f, dx.denseBuffer(), dy.orderedLike(x).denseBuffer(), x.denseBuffer());
    return new Tensor[] {dx};
  }
}
