package cadj.autograd.ops;

import static cadj.autograd.ops.Affine.neg;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.binary.Binary;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// y = a/b, elementwise, broadcast.
///
/// da = dy/b, db = −(dy/b)·y, each summed over the dimensions along which it was broadcast. Saves b
/// and, only if db is wanted, y.
public record Div() implements Op {
  public static Tensor div(Tensor a, Tensor b) {
    return Op.apply(new Div(), a, b);
  }

  @Override
  public Shape shape(Shape... in) {
    return Shape.broadcast(in[0], in[1], "div");
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return out.elements() + (saved.needs(1) ? 2L * out.elements() : 0);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor y = Broadcast.apply(Binary.DIV, in[0], in[1]);
    return saved.keep(y, in[1], saved.needs(1) ? y : null);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor da = Broadcast.apply(Binary.DIV, dy, saved.get(0));
    return new Tensor[] {
      saved.needs(0) ? Broadcast.sumTo(da, saved.shape(0)) : null,
      saved.needs(1)
          ? neg(Broadcast.sumTo(Broadcast.apply(Binary.MUL, da, saved.get(1)), saved.shape(1)))
          : null
    };
  }
}
