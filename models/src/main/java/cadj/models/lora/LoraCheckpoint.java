package cadj.models.lora;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.memory.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// A part's weights with LoRAs merged into them, each when it is read. Closes the weights and the
/// LoRAs' files.
///
/// @param weights as they are stored
/// @param changes what is added to them, by key, one after the other
/// @param loras the LoRAs' files, open
record LoraCheckpoint(Checkpoint weights, Map<String, List<Change>> changes, List<LoraFile> loras)
    implements Checkpoint {
  /// @param delta of the file `lora`
  record Change(Delta delta, LoraFile lora) {}

  @Override
  public Path path() {
    return weights.path();
  }

  @Override
  public Set<String> names() {
    return weights.names();
  }

  @Override
  public boolean contains(String name) {
    return weights.contains(name);
  }

  @Override
  public List<Long> dims(String name) {
    return weights.dims(name);
  }

  @Override
  public DType dtype(String name) {
    return weights.dtype(name);
  }

  @Override
  public Tensor tensor(String name) {
    List<Change> its = changes.getOrDefault(name, List.of());
    return Scope.outside(
        () -> {
          Tensor w = weights.tensor(name);
          for (Change change : its) {
            w = change.delta.addTo(w, change.lora.tensors());
          }
          return w;
        });
  }

  @Override
  public Map<String, String> metadata() {
    return weights.metadata();
  }

  @Override
  public SortedSet<Path> files() {
    SortedSet<Path> out = new TreeSet<>(weights.files());
    loras.forEach(lora -> out.addAll(lora.tensors().files()));
    return out;
  }

  @Override
  public void close() {
    weights.close();
    loras.forEach(LoraFile::close);
  }
}
