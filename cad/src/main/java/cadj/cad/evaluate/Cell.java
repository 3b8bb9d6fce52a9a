package cadj.cad.evaluate;

import cadj.cad.method.EditMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One unit of an evaluation, computed by itself: one edit, or the model as it is.
///
/// @param method null for the model as it is, which is drawn once per seed for all concepts
/// @param concept empty where there is no method
record Cell(Protocol protocol, @Nullable EditMethod method, String concept, long seed) {
  /// What the ledger calls the model as it is.
  static final String UNEDITED = "unedited";

  /// All cells in their order: the model as it is with each seed, then by seed, concept and method.
  static List<Cell> of(Protocol protocol, List<EditMethod> methods) {
    List<Cell> out = new ArrayList<>();
    for (long seed : protocol.seeds()) {
      out.add(new Cell(protocol, null, "", seed));
    }
    for (long seed : protocol.seeds()) {
      for (String concept : protocol.concepts()) {
        for (EditMethod method : methods) {
          out.add(new Cell(protocol, method, concept, seed));
        }
      }
    }
    return out;
  }

  String methodName() {
    return method == null ? UNEDITED : method.name();
  }

  /// As the ledger has it.
  String name() {
    return method == null
        ? "%s/%s/%d".formatted(protocol.name(), UNEDITED, seed)
        : "%s/%s/%s/%d".formatted(protocol.name(), method.name(), concept, seed);
  }

  /// The name with nothing in it that a file's name should not have.
  String fileName() {
    return name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_/-]+", "_").replace('/', '.');
  }
}
