package cadj.models.files;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.CheckpointView;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// A checkpoint, which has all names, of which another one replaces some tensors. Closes both.
final class ReplacedTensors extends CheckpointView {
  private final Checkpoint others;
  private final Map<String, String> replaced;

  /// @param others where replacements come from
  /// @param replaced their names there, by the names that they replace
  ReplacedTensors(Checkpoint base, Checkpoint others, Map<String, String> replaced) {
    super(base);
    this.others = others;
    this.replaced = replaced;
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
