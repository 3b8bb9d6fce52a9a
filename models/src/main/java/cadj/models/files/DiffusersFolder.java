package cadj.models.files;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.ReadableFile;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.weights.FoundWeights;
import cadj.tensor.weights.WeightFiles;
import cadj.tensor.weights.WeightNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A folder in diffusers' layout: `model_index.json` and the parts of a [Pipeline], each in a
/// folder of its own; the embedded model has `clip/` and `classifier/` too.
///
/// @param name under which it was opened
/// @param variant of the weights, such as `fp16`; null for the plain ones or the only variant
/// @param notes is told what a user may want to know of the choice of files
record DiffusersFolder(String name, Path path, @Nullable String variant, Consumer<String> notes)
    implements ModelSource {
  /// Files beside the weights, such as a tokenizer's; an index of shards says nothing that results
  /// depend on.
  private static final Pattern SETTINGS = Pattern.compile("(?!.*\\.index\\.).*\\.(json|txt|model)");

  /// The folder at `path`, or where `path` is a folder of the hub's cache, its snapshot.
  static DiffusersFolder open(
      String name, Path path, @Nullable String variant, Consumer<String> notes) {
    boolean cached =
        DenoiserPart.NAMES.stream().noneMatch(part -> Files.exists(path.resolve(part)))
            && HubCache.isOne(path);
    Path folder = cached ? HubCache.snapshot(path) : path;
    if (DenoiserPart.NAMES.stream().noneMatch(part -> Files.isDirectory(folder.resolve(part)))) {
      throw noModel(folder);
    }
    return new DiffusersFolder(name, folder, variant, notes);
  }

  /// A folder of which only configurations, tokenizers and scheduler are read.
  static DiffusersFolder describing(Path path) {
    if (!Files.isDirectory(path)) {
      throw new FileFormatException(
          path,
          "",
          "a folder with unet/ or transformer/, vae/, …, each with its config.json",
          "none");
    }
    return new DiffusersFolder(path.toString(), path, null, note -> {});
  }

  private static FileFormatException noModel(Path path) {
    for (String part : DenoiserPart.NAMES) {
      Path denoiser = path.resolve(part);
      if (Files.isSymbolicLink(path) || Files.isSymbolicLink(denoiser)) {
        JsonFile.read(denoiser.resolve("config.json")); // says where the link leads
      }
    }
    return new FileFormatException(
        path,
        "",
        "a model folder in diffusers' layout (with unet/ or transformer/, vae/, …), a file in the"
            + " original layout, or the name of an embedded model ("
            + String.join(", ", EmbeddedModels.NAMES)
            + ")",
        Files.isDirectory(path)
            ? "a folder without them"
            : Files.exists(path) ? "something else" : "nothing");
  }

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
    boolean projects = Pipeline.of(index()).projects(part);
    FoundWeights found = WeightFiles.find(path.resolve(part), weightNames(part), variant);
    found.notes().forEach(notes);
    return PartCheckpoint.of(part, projects, found.open(), notes);
  }

  /// Which library's names a part's weight files have.
  static WeightNames weightNames(String part) {
    return DenoiserPart.NAMES.contains(part) || part.equals("vae")
        ? WeightNames.DIFFUSERS
        : WeightNames.TRANSFORMERS;
  }

  /// Readers pass over files that are not there, so none may be there and unreadable.
  @Override
  public Path tokenizer(String part) {
    settings(part).forEach(ReadableFile::require);
    return path.resolve(part);
  }

  @Override
  public SortedSet<Path> settings(String part) {
    Path folder = path.resolve(part);
    ReadableFile.requireFolder(folder);
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> SETTINGS.matcher(String.valueOf(file.getFileName())).matches())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw FileFormatException.unreadable(folder, e);
    }
  }
}
