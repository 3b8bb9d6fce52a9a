package cadj.models.files;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.CheckpointView;
import cadj.tensor.file.FileFormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A part's tensors under today's names ([PartKeys]), without those of other modules.
final class PartCheckpoint extends CheckpointView {
  private final Map<String, String> storedNames;

  private PartCheckpoint(Checkpoint stored, Map<String, String> storedNames) {
    super(stored);
    this.storedNames = Collections.unmodifiableMap(storedNames);
  }

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
    return new PartCheckpoint(stored, storedNames);
  }

  /// `name` as the file has it.
  private String stored(String name) {
    String key = storedNames.get(name);
    if (key == null) {
      throw new FileFormatException(path(), name, "this tensor", "none of that name");
    }
    return key;
  }

  @Override
  public Set<String> names() {
    return storedNames.keySet();
  }

  @Override
  public List<Long> dims(String name) {
    return base.dims(stored(name));
  }

  @Override
  public DType dtype(String name) {
    return base.dtype(stored(name));
  }

  @Override
  public Optional<Extent> extent(String name) {
    return base.extent(stored(name));
  }

  @Override
  public Tensor tensor(String name) {
    return base.tensor(stored(name));
  }
}
