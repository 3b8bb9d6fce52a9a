package cadj.models.lora;

import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.CheckpointView;
import cadj.tensor.memory.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// A part's weights with LoRAs merged into them, each when it is read. Closes the weights and the
/// LoRAs' files.
final class LoraCheckpoint extends CheckpointView {
  private final Map<String, List<Change>> changes;
  private final List<LoraFile> loras;

  /// @param delta of the file `lora`
  record Change(Delta delta, LoraFile lora) {}

  /// @param weights as they are stored
  /// @param changes what is added to them, by key, one after the other
  /// @param loras the LoRAs' files, open
  LoraCheckpoint(Checkpoint weights, Map<String, List<Change>> changes, List<LoraFile> loras) {
    super(weights);
    this.changes = changes;
    this.loras = loras;
  }

  @Override
  public Tensor tensor(String name) {
    List<Change> its = changes.getOrDefault(name, List.of());
    return Scope.outside(
        () -> {
          Tensor w = base.tensor(name);
          for (Change change : its) {
            w = change.delta.addTo(w, change.lora.tensors());
          }
          return w;
        });
  }

  @Override
  public Map<String, String> metadata() {
    return base.metadata();
  }

  @Override
  public SortedSet<Path> files() {
    SortedSet<Path> out = new TreeSet<>(base.files());
    loras.forEach(lora -> out.addAll(lora.tensors().files()));
    return out;
  }

  @Override
  public void close() {
    base.close();
    loras.forEach(LoraFile::close);
  }
}
