package cadj.autograd.ops;

import cadj.autograd.graph.Op;
import cadj.autograd.graph.Saved;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Layout;
import cadj.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/// x repeated along its dimensions of size 1, and along new ones in front, up to `target`: a view.
///
/// dx is dy summed over the repeats.
public record Expand(Shape target) implements Op {
  public static Tensor expand(Tensor x, int... dims) {
    return Op.apply(new Expand(Shape.of(dims)), x);
  }

  @Override
  public boolean isView() {
    return true;
  }

  @Override
  public Shape shape(Shape... in) {
    return Layout.contiguous(in[0]).expand(target).shape();
  }

  @Override
  public long backwardFlops(Saved saved, Shape out) {
    return out.elements();
  }

  @Override
  public Tensor forward(Saved saved, Tensor... in) {
    return in[0].expand(target);
  }

  @Override
  public @Nullable Tensor[] backward(Saved saved, Tensor dy) {
    return new Tensor[] {Broadcast.sumTo(dy, saved.shape(0))};
  }
}
