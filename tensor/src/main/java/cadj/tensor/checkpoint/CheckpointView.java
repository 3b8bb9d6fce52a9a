package cadj.tensor.checkpoint;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/// Another checkpoint with something about its tensors changed; all else is that one's. Closes it.
///
/// Where elements lie in a file is not passed on: who changes none says so.
public abstract class CheckpointView implements Checkpoint {
  /// What is viewed.
  protected final Checkpoint base;

  protected CheckpointView(Checkpoint base) {
    this.base = base;
  }

  @Override
  public Path path() {
    return base.path();
  }

  @Override
  public Set<String> names() {
    return base.names();
  }

  @Override
  public List<Long> dims(String name) {
    return base.dims(name);
  }

  @Override
  public DType dtype(String name) {
    return base.dtype(name);
  }

  @Override
  public Tensor tensor(String name) {
    return base.tensor(name);
  }

  @Override
  public SortedSet<Path> files() {
    return base.files();
  }

  @Override
  public void close() {
    base.close();
  }
}
