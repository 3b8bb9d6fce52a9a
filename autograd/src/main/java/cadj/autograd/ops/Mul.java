package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.binary.Binary;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// y = a·b, elementwise, broadcast.
///
/// da = dy·b, db = dy·a, each summed over the dimensions along which it was broadcast.
public record Mul() implements Op {
  public static Tensor mul(Tensor a, Tensor b) {
    return Op.apply(new Mul(), a, b);
  }

  @Override
  public Shape shape(Shape... in) {
    return Shape.broadcast(in[0], in[1], "mul");
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    return saved.keep(Broadcast.apply(Binary.MUL, in[0], in[1]), in);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    Tensor a = saved.get(0);
    Tensor b = saved.get(1);
    return new Tensor[] {
      saved.needs(0) ? Broadcast.sumTo(Broadcast.apply(Binary.MUL, dy, b), a.shape()) : null,
      saved.needs(1) ? Broadcast.sumTo(Broadcast.apply(Binary.MUL, dy, a), b.shape()) : null
    };
  }
}
