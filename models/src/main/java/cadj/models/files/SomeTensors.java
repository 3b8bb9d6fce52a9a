package cadj.models.files;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Function;

/// Some tensors of another checkpoint, which this owns, in an order of its own.
record SomeTensors(Checkpoint all, Set<String> names) implements Checkpoint {
  /// Those that `select` names; what it throws goes on, with `all` closed.
  static SomeTensors of(Checkpoint all, Function<Checkpoint, SequencedSet<String>> select) {
    boolean opened = false;
    try {
      SomeTensors some = new SomeTensors(all, Collections.unmodifiableSet(select.apply(all)));
      opened = true;
      return some;
    } finally {
      if (!opened) {
        all.close();
      }
    }
  }

  @Override
  public Path path() {
    return all.path();
  }

  @Override
  public List<Long> dims(String name) {
    return all.dims(name);
  }

  @Override
  public DType dtype(String name) {
    return all.dtype(name);
  }

  @Override
  public Tensor tensor(String name) {
    return all.tensor(name);
  }

  @Override
  public SortedSet<Path> files() {
    return all.files();
  }

  @Override
  public void close() {
    all.close();
  }
}
