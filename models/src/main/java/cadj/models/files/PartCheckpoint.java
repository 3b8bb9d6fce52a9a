package cadj.models.files;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A part's tensors under today's names ([PartKeys]), without those of other modules.
final class PartCheckpoint {
  private PartCheckpoint() {}

  /// @param projects whether the part is a CLIP text encoder with a projection
  /// @param notes is told of the modules that are left out
  static Checkpoint of(String part, boolean projects, Checkpoint stored, Consumer<String> notes) {
    Map<String, String> storedNames = new LinkedHashMap<>();
    SortedMap<String, Integer> others = new TreeMap<>();
    for (String key : stored.names()) {
      Optional<String> today = PartKeys.today(part, key, projects);
      if (today.isEmpty()) {
        others.merge(key.replaceFirst("\\..*", ""), 1, Integer::sum);
        continue;
      }
      String twin = storedNames.putIfAbsent(today.get(), key);
      if (twin != null) {
        stored.close();
        throw new FileFormatException(
            stored.path(),
            key,
            "each tensor once",
            "it again, as " + FileFormatException.quote(twin));
      }
    }
    if (!others.isEmpty()) {
      int count = others.values().stream().mapToInt(Integer::intValue).sum();
      notes.accept(
          "%s: ignored %d %s of other modules: %s"
              .formatted(
                  stored.path(),
                  count,
                  count == 1 ? "tensor" : "tensors",
                  String.join(", ", others.keySet())));
    }
    return new RenamedTensors(stored, storedNames);
  }
}
