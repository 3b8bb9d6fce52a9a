package cadj.models.blocks;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.List;
import java.util.function.UnaryOperator;

/// Layers one after another, with no more in memory than one of them needs: what a layer leaves is
/// freed once the next is done with it, unless a tape keeps it.
public final class Layers {
  private Layers() {}

  /// The last layer's result. Nobody but the next layer may hold on to what one returns.
  public static Tensor forward(String name, Tensor x, List<UnaryOperator<Tensor>> layers) {
    return Scope.keep(name, () -> inScope(x, layers));
  }

  private static Tensor inScope(Tensor x, List<UnaryOperator<Tensor>> layers) {
    Scope scope = Scope.current();
    Tensor h = x;
    for (UnaryOperator<Tensor> layer : layers) {
      Tensor in = h;
      h = Scope.keep("layer", () -> layer.apply(in));
      if (scope != null && in.storage() != h.storage()) {
        in.storage().freeIfOwnedBy(scope); // x belongs to the caller's
      }
    }
    return h;
  }
}
