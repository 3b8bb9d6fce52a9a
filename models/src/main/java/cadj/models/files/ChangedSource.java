package cadj.models.files;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// Another source with some of its weights changed as they are read; all else is that source's.
public abstract class ChangedSource implements ModelSource {
  /// What is changed.
  protected final ModelSource model;

  protected ChangedSource(ModelSource model) {
    this.model = model;
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public Path path() {
    return model.path();
  }

  @Override
  public @Nullable String variant() {
    return model.variant();
  }

  @Override
  public @Nullable Path describedBy() {
    return model.describedBy();
  }

  @Override
  public JsonObject index() {
    return model.index();
  }

  @Override
  public boolean has(String part) {
    return model.has(part);
  }

  @Override
  public JsonObject config(String part) {
    return model.config(part);
  }

  /// Of `model`, with the changes.
  @Override
  public abstract Checkpoint weights(String part);

  @Override
  public SortedSet<Path> weightFiles(String part) {
    return model.weightFiles(part);
  }

  /// Those of `model`, and this.
  @Override
  public abstract List<String> changes(String part);

  @Override
  public List<String> loras() {
    return model.loras();
  }

  @Override
  public Optional<Path> unet() {
    return model.unet();
  }

  @Override
  public Path tokenizer(String part) {
    return model.tokenizer(part);
  }

  @Override
  public SortedSet<Path> settings(String part) {
    return model.settings(part);
  }
}
