package cadj.kernels.macro;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values by name: those of a file, of a round of `.repeat` or of an expansion, and outside of it
/// those of where it stands or is expanded.
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Value> values = new HashMap<>();

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  void set(String name, Value value) {
    values.put(name, value);
  }

  @Nullable Value find(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.values.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
