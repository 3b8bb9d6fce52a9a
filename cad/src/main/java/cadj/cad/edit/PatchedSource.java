package cadj.cad.edit;

import cadj.models.files.ChangedSource;
import cadj.models.files.ModelSource;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.checkpoint.CheckpointView;
import cadj.tensor.file.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

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
      patch.changes().forEach((name, change) -> change.addTo(content.add(name)));
      out.add("patch " + content.hex());
    }
    return out;
  }

  private final class Patched extends CheckpointView {
    private final String part;

    Patched(String part, Checkpoint stored) {
      super(stored);
      this.part = part;
    }

    @Override
    public Tensor tensor(String name) {
      String key = new PartKey(part, name).parameter();
      SequencedMap<String, Tensor> values = new LinkedHashMap<>();
      values.put(key, base.tensor(name));
      for (Patch patch : patches) {
        values = patch.only(key).apply(values);
      }
      return values.firstEntry().getValue();
    }
  }
}
