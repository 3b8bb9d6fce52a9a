package cadj.cad.evaluate;

import cadj.cad.method.EditMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// One unit of an evaluation, computed by itself: one edit, or the model as it is.
///
/// @param label the method as the protocol names it, with settings that differ from its own;
///   [#UNEDITED] for none
/// @param method null for the model as it is, which is drawn once per seed for all concepts
/// @param concept empty where there is no method
record Cell(
    Protocol protocol, String label, @Nullable EditMethod method, String concept, long seed) {
  /// What the ledger calls the model as it is.
  static final String UNEDITED = "unedited";

  /// All cells in their order: the model as it is with each seed, then by seed, concept and method.
  ///
  /// @param methods by label
  static List<Cell> of(Protocol protocol, SequencedMap<String, EditMethod> methods) {
    List<Cell> out = new ArrayList<>();
    for (long seed : protocol.seeds()) {
      out.add(unedited(protocol, seed));
    }
    for (long seed : protocol.seeds()) {
      for (String concept : protocol.concepts()) {
        methods.forEach(
            (label, method) -> out.add(new Cell(protocol, label, method, concept, seed)));
      }
    }
    return out;
  }

  /// The model as it is.
  static Cell unedited(Protocol protocol, long seed) {
    return new Cell(protocol, UNEDITED, null, "", seed);
  }

  /// As the ledger has it.
  String name() {
    return method == null
        ? "%s/%s/%d".formatted(protocol.name(), label, seed)
        : "%s/%s/%s/%d".formatted(protocol.name(), label, concept, seed);
  }

  /// The name with nothing in it that a file's name should not have.
  String fileName() {
    return name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_/-]+", "_").replace('/', '.');
  }
}
