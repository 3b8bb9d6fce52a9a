package cadj.autograd.ops;

import static cadj.autograd.ops.Affine.neg;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.binary.Binary;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// y = a − b, broadcast.
///
/// da = dy, db = −dy, each summed over the dimensions along which it was broadcast.
public record Sub() implements Op {
  public static Tensor sub(Tensor a, Tensor b) {
    return Op.apply(new Sub(), a, b);
  }

  @Override
  public Shape shape(Shape... in) {
    return Shape.broadcast(in[0], in[1], "sub");
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return out.elements();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return saved.needs(1) ? out.elements() : 0;
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    return Broadcast.apply(Binary.SUB, in[0], in[1]);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    return new Tensor[] {
      saved.needs(0) ? Broadcast.sumTo(dy, saved.shape(0)) : null,
      saved.needs(1) ? neg(Broadcast.sumTo(dy, saved.shape(1))) : null
    };
  }
}
