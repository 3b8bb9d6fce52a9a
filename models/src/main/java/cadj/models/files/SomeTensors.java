package cadj.models.files;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.CheckpointView;
import java.util.Collections;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Function;

/// Some tensors of another checkpoint, which this owns, in an order of its own.
final class SomeTensors extends CheckpointView {
  private final Set<String> names;

  private SomeTensors(Checkpoint all, Set<String> names) {
    super(all);
    this.names = names;
  }

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
  public Set<String> names() {
    return names;
  }
}
