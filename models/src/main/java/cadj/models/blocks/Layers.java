package cadj.models.blocks;

import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.List;
import java.util.function.UnaryOperator;

/// Layers one after another, with no more in memory than one of them needs: what a layer leaves is
/// freed once the next is done with it, unless a tape keeps it.
public final class Layers {
  private Layers() {}

  /// The last layer's result. Nobody but the next layer may hold on to what one returns.
  public static <T extends Scope.Holder> T forward(
      String name, T x, List<UnaryOperator<T>> layers) {
    return Scope.keep(name, () -> inScope(x, layers));
  }

  private static <T extends Scope.Holder> T inScope(T x, List<UnaryOperator<T>> layers) {
    Scope scope = Scope.current();
    T h = x;
    for (UnaryOperator<T> layer : layers) {
      T in = h;
      h = Scope.keep("layer", () -> layer.apply(in));
      if (scope != null) {
        freeAllBut(h, in, scope); // x belongs to the caller's
      }
    }
    return h;
  }

  private static void freeAllBut(Scope.Holder kept, Scope.Holder in, Scope scope) {
    for (Storage storage : in.storages()) {
      boolean used = false;
      for (Storage other : kept.storages()) {
        used |= storage == other;
      }
      if (!used) {
        storage.freeIfOwnedBy(scope);
      }
    }
  }
}
