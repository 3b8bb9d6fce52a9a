package cadj.models.files;

import cadj.models.original.Family;
import cadj.models.original.PublishedConfig;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import cadj.tensor.weights.WeightFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Stable Diffusion in one file, in the original layout.
///
/// What such a file does not hold (configurations, tokenizers, scheduler) comes from a folder in
/// diffusers' layout if one is given, part by part, and is else that of the file's [Family] as it
/// is published.
///
/// @param name under which it was opened
/// @param described the folder that describes it, whose weights nobody reads
record OriginalFile(String name, Path path, Family family, @Nullable DiffusersFolder described)
    implements ModelSource {
  /// @param config folder that describes the model, or null
  /// @param notes is told what the file holds beside the model, and what it does not say
  /// @throws FileFormatException if it is no model of a family that is built, or of sizes that
  ///   nobody published, with no folder that describes it
  static OriginalFile open(String name, Path file, @Nullable Path config, Consumer<String> notes) {
    DiffusersFolder described = config == null ? null : DiffusersFolder.describing(config);
    Family family;
    try (Checkpoint checkpoint = WeightFiles.open(file)) {
      family = Family.of(checkpoint);
      tellIgnored(file, family.ignored(checkpoint), notes);
    }
    OriginalFile opened = new OriginalFile(name, file, family, described);
    for (String part : family.parts()) {
      opened.config(part);
    }
    if (family == Family.SD2 && opened.describing("scheduler") == null) {
      notes.accept(
          "%s: read as predicting v, as Stable Diffusion 2 for 768 pixels does; for a base model,"
                  .formatted(file)
              + " which predicts the noise, give a folder of one with --config");
    }
    return opened;
  }

  private static void tellIgnored(
      Path file, SequencedMap<String, Integer> ignored, Consumer<String> notes) {
    if (!ignored.isEmpty()) {
      notes.accept(
          "%s: ignored %d tensors beside the model: %s"
              .formatted(
                  file,
                  ignored.values().stream().mapToInt(Integer::intValue).sum(),
                  FileFormatException.quote(String.join(", ", ignored.keySet()))));
    }
  }

  /// The folder that describes `part`, if it has it.
  private @Nullable DiffusersFolder describing(String part) {
    return described != null && described.has(part) ? described : null;
  }

  @Override
  public @Nullable Path describedBy() {
    return described == null ? null : described.path();
  }

  @Override
  public JsonObject index() {
    return described != null && Files.exists(described.path().resolve("model_index.json"))
        ? described.index()
        : PublishedConfig.index(family, path);
  }

  @Override
  public boolean has(String part) {
    return family.parts().contains(part)
        || part.equals("scheduler")
        || part.equals("tokenizer")
        || (part.equals("tokenizer_2") && family == Family.SDXL);
  }

  @Override
  public JsonObject config(String part) {
    DiffusersFolder folder = describing(part);
    if (folder != null) {
      return folder.config(part);
    }
    if (part.equals("scheduler")) {
      try (Checkpoint file = WeightFiles.open(path)) {
        return PublishedConfig.scheduler(family, file);
      }
    }
    try (Checkpoint weights = weights(part)) {
      return PublishedConfig.of(family, part, weights);
    }
  }

  @Override
  public Checkpoint weights(String part) {
    DiffusersFolder folder = describing(part);
    int textLayers =
        folder == null || !part.startsWith("text_encoder")
            ? 0
            : folder.config(part).integerOr("num_hidden_layers", 0);
    return family.weights(WeightFiles.open(path), part, textLayers);
  }

  @Override
  public Path tokenizer(String part) {
    DiffusersFolder folder = describing(part);
    return folder != null ? folder.tokenizer(part) : publishedTokenizer(part);
  }

  private Path publishedTokenizer(String part) {
    return family == Family.SD2 || part.equals("tokenizer_2")
        ? EmbeddedModels.clipTokenizer2()
        : EmbeddedModels.clipTokenizer();
  }

  /// Those of the describing folder; what the program brings along changes no result of it.
  @Override
  public SortedSet<Path> settings(String part) {
    DiffusersFolder folder = describing(part);
    return folder == null ? new TreeSet<>() : folder.settings(part);
  }
}
