package cadj.tensor.memory;

import cadj.kernels.record.Kind;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Recording;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A block that owns the memory of the tensors made in it.
///
/// ```java
/// Tensor noise = Scope.keep("denoise 17", () -> unet.forward(latents, t, context));
/// ```
///
/// What the block returns moves to the scope around it (or to the garbage collector, if there is
/// none); the rest is freed at its end, however it ends. Values pinned by a tape stay until the
/// tape lets go. Using a freed tensor throws an error that names the scope. A scope belongs to the
/// thread that opened it; kernels' worker threads see arrays only.
public final class Scope {
  private static final ScopedValue<Scope> CURRENT = ScopedValue.newInstance();

  private final String name;
  private final Set<Storage> owned = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed;

  private Scope(String name) {
    this.name = name;
  }

  /// Something that holds tensors and can be returned from a scope.
  public interface Holder {
    /// The memory that must live on.
    Iterable<Storage> storages();
  }

  /// Runs `block`; of the memory it allocates, only the result's survives.
  public static <T extends @Nullable Holder> T keep(String name, Supplier<T> block) {
    Recorder recorder = Recording.current();
    if (recorder == null || !recorder.isInPhase()) {
      return owning(name, block);
    }
    int phase = recorder.begin(Kind.PHASE, name);
    try {
      return owning(name, block);
    } finally {
      recorder.end(phase);
    }
  }

  private static <T extends @Nullable Holder> T owning(String name, Supplier<T> block) {
    Scope outer = current();
    Scope scope = new Scope(name);
    Deque<Storage> kept = new ArrayDeque<>();
    try {
      T result = ScopedValue.where(CURRENT, scope).call(block::get);
      if (result != null) {
        for (Storage storage : result.storages()) {
          if (scope.owned.remove(storage)) {
            kept.add(storage);
          }
        }
      }
      scope.close(); // frees the rest first: what leaves the outermost scope is copied
      while (!kept.isEmpty()) {
        kept.getFirst().moveTo(outer);
        kept.removeFirst();
      }
      return result;
    } finally {
      scope.owned.addAll(kept); // if moving failed
      scope.close();
    }
  }

  /// Runs `block` and frees all memory it allocates.
  public static void run(String name, Runnable block) {
    keep(
        name,
        () -> {
          block.run();
          return null;
        });
  }

  /// Runs `block` as if outside every scope: what it makes belongs to nobody.
  public static <T extends @Nullable Object> T outside(Supplier<T> block) {
    return ScopedValue.where(CURRENT, null).call(block::get);
  }

  /// The innermost open scope of this thread, or null.
  public static @Nullable Scope current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  public String name() {
    return name;
  }

  boolean isClosed() {
    return closed;
  }

  void adopt(Storage storage) {
    owned.add(storage);
  }

  void disown(Storage storage) {
    owned.remove(storage);
  }

  private void close() {
    closed = true;
    for (Storage storage : owned) {
      if (!storage.isPinned()) {
        storage.free(name);
      }
    }
    owned.clear();
  }
}
