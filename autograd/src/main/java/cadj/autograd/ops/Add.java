package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.kernels.binary.Binary;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// y = a + b, broadcast.
///
/// da = dy, db = dy, each summed over the dimensions along which it was broadcast.
public record Add() implements Op {
  public static Tensor add(Tensor a, Tensor b) {
    return Op.apply(new Add(), a, b);
  }

  @Override
  public Shape shape(Shape... in) {
    return Shape.broadcast(in[0], in[1], "add");
  }

  @Override
  public long flops(Shape out, Shape... in) {
    return out.elements();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    return Broadcast.apply(Binary.ADD, in[0], in[1]);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    return new Tensor[] {
      saved.needs(0) ? Broadcast.sumTo(dy, saved.shape(0)) : null,
      saved.needs(1) ? Broadcast.sumTo(dy, saved.shape(1)) : null
    };
  }
}
