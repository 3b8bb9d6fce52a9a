package cadj.models.files;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// A checkpoint of which another one replaces some tensors. Closes both.
///
/// @param base has all names
/// @param others where replacements come from
/// @param replaced their names there, by the names that they replace
record ReplacedTensors(Checkpoint base, Checkpoint others, Map<String, String> replaced)
    implements Checkpoint {
  @Override
  public Path path() {
    return base.path();
  }

  @Override
  public Set<String> names() {
    return base.names();
  }

  @Override
  public boolean contains(String name) {
    return base.contains(name);
  }

  @Override
  public List<Long> dims(String name) {
    return base.dims(name);
  }

  @Override
  public DType dtype(String name) {
    return replaced.containsKey(name) ? others.dtype(replaced.get(name)) : base.dtype(name);
  }

  @Override
  public Tensor tensor(String name) {
    return replaced.containsKey(name) ? others.tensor(replaced.get(name)) : base.tensor(name);
  }

  @Override
  public SortedSet<Path> files() {
    SortedSet<Path> out = new TreeSet<>(base.files());
    out.addAll(others.files());
    return out;
  }

  @Override
  public void close() {
    base.close();
    others.close();
  }
}
