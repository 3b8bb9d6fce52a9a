package cadj.models.blocks;

import cadj.tensor.memory.Scope;
import cadj.tensor.memory.Storage;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Layers one after another, with no more in memory than one of them needs: what a layer leaves is
/// freed once the next is done with it, unless a tape keeps it.
public final class Layers {
  /// The scope of the layers that the current one is among.
  private static final ScopedValue<Scope> AMONG = ScopedValue.newInstance();

  private Layers() {}

  /// The last layer's result. Nobody but the next layer may hold on to what one returns.
  public static <T extends Scope.Holder> T forward(
      String name, T x, List<UnaryOperator<T>> layers) {
    return Scope.keep(name, () -> inScope(x, layers, null));
  }

  /// The same for a layer that consists of layers: what the one before it left, x, is freed once
  /// the first of these is done with it.
  public static <T extends Scope.Holder> T forwardWithin(
      String name, T x, List<UnaryOperator<T>> layers) {
    return Scope.keep(name, () -> inScope(x, layers, AMONG.isBound() ? AMONG.get() : null));
  }

  /// @param giver who may own x, if it is not needed any more afterwards
  private static <T extends Scope.Holder> T inScope(
      T x, List<UnaryOperator<T>> layers, @Nullable Scope giver) {
    Scope scope = Objects.requireNonNull(Scope.current());
    T h = x;
    Scope owner = giver;
    for (UnaryOperator<T> layer : layers) {
      T in = h;
      h = ScopedValue.where(AMONG, scope).call(() -> Scope.keep("layer", () -> layer.apply(in)));
      if (owner != null) {
        freeAllBut(h, in, owner);
      }
      owner = scope;
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
