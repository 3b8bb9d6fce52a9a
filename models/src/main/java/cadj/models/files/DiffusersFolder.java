package cadj.models.files;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFailure;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.weights.WeightFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A folder in diffusers' layout: `model_index.json`, `unet/`, `vae/`, `text_encoder/`,
/// `tokenizer/`, `scheduler/`, and for XL `text_encoder_2/`, `tokenizer_2/`; the embedded model has
/// `clip/` and `classifier/` too.
///
/// @param name under which it was opened
record DiffusersFolder(String name, Path path) implements ModelSource {
  private static final String DIFFUSERS_WEIGHTS = "diffusion_pytorch_model";
  private static final String TRANSFORMERS_WEIGHTS = "model";

  @Override
  public Optional<Path> folder() {
    return Optional.of(path);
  }

  @Override
  public JsonObject index() {
    return JsonFile.read(path.resolve("model_index.json"));
  }

  @Override
  public boolean has(String part) {
    return Files.isDirectory(path.resolve(part));
  }

  @Override
  public JsonObject config(String part) {
    String file = part.equals("scheduler") ? "scheduler_config.json" : "config.json";
    return JsonFile.read(path.resolve(part).resolve(file));
  }

  @Override
  public Checkpoint weights(String part) {
    return WeightFiles.find(path.resolve(part), weightsName(part));
  }

  /// Name of a part's weight files, without shard number and extension.
  static String weightsName(String part) {
    return part.equals(DenoiserPart.NAME) || part.equals("vae")
        ? DIFFUSERS_WEIGHTS
        : TRANSFORMERS_WEIGHTS;
  }

  @Override
  public Path tokenizer(String part) {
    return path.resolve(part);
  }

  @Override
  public SortedSet<Path> settings(String part) {
    try (Stream<Path> all = Files.list(path.resolve(part))) {
      return all.filter(file -> file.toString().matches(".*\\.(json|txt)"))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw FileFailure.of(path.resolve(part), "cannot be read", e);
    }
  }

  static FileFormatException noModel(Path path, String known) {
    return new FileFormatException(
        path,
        "",
        "a model folder in diffusers' layout (with unet/, vae/, text_encoder/, …), a file in the"
            + " original layout, or the name of an embedded model ("
            + known
            + ")",
        Files.exists(path) ? "something else" : "nothing");
  }
}
