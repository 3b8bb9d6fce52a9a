package cadj.cad.edit;

import cadj.kernels.device.DType;
import cadj.models.files.ChangedSource;
import cadj.models.files.ModelSource;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.Sha256;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;

/// A model with patches applied to its weights as these are read: what is written anew where
/// elements cannot be overwritten in place.
final class PatchedSource extends ChangedSource {
  private final List<Patch> patches;

  PatchedSource(ModelSource model, List<Patch> patches) {
    super(model);
    this.patches = patches;
  }

  @Override
  public Checkpoint weights(String part) {
    return new Patched(part, model.weights(part));
  }

  @Override
  public List<String> changes(String part) {
    List<String> out = new ArrayList<>(model.changes(part));
    for (Patch patch : patches) {
      Sha256 content = new Sha256();
      patch
          .changes()
          .forEach(
              (name, change) ->
                  content
                      .add(name)
                      .add(Arrays.toString(change.indices()))
                      .add(Arrays.toString(change.factors())));
      out.add("patch " + content.hex());
    }
    return out;
  }

  private final class Patched implements Checkpoint {
    private final String part;
    private final Checkpoint stored;

    Patched(String part, Checkpoint stored) {
      this.part = part;
      this.stored = stored;
    }

    @Override
    public Path path() {
      return stored.path();
    }

    @Override
    public Set<String> names() {
      return stored.names();
    }

    @Override
    public List<Long> dims(String name) {
      return stored.dims(name);
    }

    @Override
    public DType dtype(String name) {
      return stored.dtype(name);
    }

    @Override
    public Tensor tensor(String name) {
      String key = new PartKey(part, name).parameter();
      SequencedMap<String, Tensor> values = new LinkedHashMap<>();
      values.put(key, stored.tensor(name));
      for (Patch patch : patches) {
        values = patch.only(key).apply(values);
      }
      return values.firstEntry().getValue();
    }

    @Override
    public SortedSet<Path> files() {
      return stored.files();
    }

    @Override
    public void close() {
      stored.close();
    }
  }
}
