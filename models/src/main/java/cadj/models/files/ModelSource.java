package cadj.models.files;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// Where a model's parts lie: a folder in diffusers' layout ([DiffusersFolder]), or another source
/// with some of its weights changed. Parts, files and keys have diffusers' names, whatever the
/// source calls them.
///
/// All methods throw [FileFormatException], naming file and key.
public interface ModelSource {
  /// The name or path under which it was opened.
  String name();

  /// The folder or file.
  Path path();

  /// The folder in diffusers' layout that this is, if it is one, with nothing changed.
  default Optional<Path> folder() {
    return Optional.empty();
  }

  /// The variant of the weights that was asked for, or null; other sources than folders have none.
  default @Nullable String variant() {
    return null;
  }

  /// The folder that describes a file, if one was given; other sources than files have none.
  default @Nullable Path describedBy() {
    return null;
  }

  /// `model_index.json`: the pipeline's class, and library and class of each part.
  JsonObject index();

  boolean has(String part);

  /// A part's configuration: `config.json`, or `scheduler_config.json` of `scheduler`.
  JsonObject config(String part);

  /// The weights of a part as they are stored.
  Checkpoint weights(String part);

  /// The files with the weights of a part as they are stored, before [#changes].
  default SortedSet<Path> weightFiles(String part) {
    try (Checkpoint stored = weights(part)) {
      return stored.files();
    }
  }

  /// What is laid over the stored weights of a part, in order, each told by its content; empty
  /// where nothing is.
  default List<String> changes(String part) {
    return List.of();
  }

  /// The LoRAs among these changes, as `--lora` takes them: how to open the model so again.
  default List<String> loras() {
    return List.of();
  }

  /// The edited denoiser among these changes, as `--unet` takes it.
  default Optional<Path> unet() {
    return Optional.empty();
  }

  /// The folder with a tokenizer's files.
  Path tokenizer(String part);

  /// The files of a part that hold no weights, but on which results depend.
  SortedSet<Path> settings(String part);
}
