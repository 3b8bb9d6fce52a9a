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

/// Some of a checkpoint's tensors under other names.
final class RenamedTensors extends CheckpointView {
  private final Map<String, String> storedNames;

  /// @param storedNames of the tensors, by the names that they have here, in their order
  RenamedTensors(Checkpoint stored, Map<String, String> storedNames) {
    super(stored);
    this.storedNames = Collections.unmodifiableMap(new LinkedHashMap<>(storedNames));
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
