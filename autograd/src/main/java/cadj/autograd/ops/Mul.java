package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.binary.Binary;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// y = a·b, elementwise, broadcast.
///
/// da = dy·b, db = dy·a, each summed over the dimensions along which it was broadcast. Saves only
/// the factor that a wanted gradient reads.
public record Mul() implements Op {
  public static Tensor mul(Tensor a, Tensor b) {
    return Op.apply(new Mul(), a, b);
  }

  @Override
  public Shape shape(Shape... in) {
    return Shape.broadcast(in[0], in[1], "mul");
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return (saved.needs(0) ? out.elements() : 0L) + (saved.needs(1) ? out.elements() : 0L);
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    Tensor a = in[0];
    Tensor b = in[1];
    Tensor y = Broadcast.apply(Binary.MUL, a, b);
    return saved.keep(y, saved.needs(1) ? a : null, saved.needs(0) ? b : null);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    return new Tensor[] {
      saved.needs(0)
          ? Broadcast.sumTo(Broadcast.apply(Binary.MUL, dy, saved.get(1)), saved.shape(0))
          : null,
      saved.needs(1)
          ? Broadcast.sumTo(Broadcast.apply(Binary.MUL, dy, saved.get(0)), saved.shape(1))
          : null
    };
  }
}
