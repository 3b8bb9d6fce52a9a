package cadj.models.files;

import cadj.models.original.Family;
import cadj.models.original.PublishedConfig;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import cadj.tensor.weights.WeightFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Stable Diffusion in one file, in the original layout.
///
/// What such a file does not hold (configurations, tokenizers, scheduler) comes from a folder in
/// diffusers' layout if one is given, part by part, and is else that of the file's [Family] as it
/// is published. Text encoders that a file of Stable Diffusion 3 lacks come from that folder whole;
/// T5's tokenizer comes from there alone, and without it there is no T5.
///
/// @param name under which it was opened
/// @param inFile parts whose weights the file holds
/// @param described the folder that describes it, whose weights of other parts nobody reads
record OriginalFile(
    String name, Path path, Family family, List<String> inFile, @Nullable DiffusersFolder described)
    implements ModelSource {
  private static final String T5_TOKENIZER = "tokenizer_3";

  /// @param config folder that describes the model, or null
  /// @param notes is told what the file holds beside the model, and what it does not say
  /// @throws FileFormatException if it is no model of a family that is built, or of sizes that
  ///   nobody published, with no folder that describes it
  static OriginalFile open(String name, Path file, @Nullable Path config, Consumer<String> notes) {
    DiffusersFolder described = config == null ? null : DiffusersFolder.describing(config);
    OriginalFile opened;
    Family family;
    try (Checkpoint checkpoint = WeightFiles.open(file)) {
      family = Family.of(checkpoint);
      tellIgnored(file, family.ignored(checkpoint), notes);
      opened = new OriginalFile(name, file, family, family.partsIn(checkpoint), described);
      opened.requireParts(checkpoint);
    }
    for (String part : family.parts()) {
      if (opened.has(part)) {
        opened.config(part);
      }
    }
    if (family.parts().contains(Pipeline.T5) && !opened.has(Pipeline.T5)) {
      notes.accept(
          opened.inFile.contains(Pipeline.T5)
              ? "%s: read without T5, whose tokenizer comes with a folder given with --config"
                  .formatted(file)
              : "%s: read without T5, which it does not hold; a folder given with --config may have it"
                  .formatted(file));
    }
    if (family == Family.SD2 && opened.describing("scheduler") == null) {
      notes.accept(
          "%s: read as predicting v, as Stable Diffusion 2 for 768 pixels does; for a base model,"
                  .formatted(file)
              + " which predicts the noise, give a folder of one with --config");
    }
    return opened;
  }

  /// Requires that the folder, if there is one, describes a model of this family, and that all
  /// parts are there that pictures take.
  private void requireParts(Checkpoint file) {
    Pipeline expected = Pipeline.ofWeights(family.parts());
    Pipeline found = Pipeline.of(index());
    if (found != expected) {
      throw index()
          .error(
              Pipeline.CLASS,
              "%s, which %s is".formatted(expected.className(), path),
              found.className());
    }
    for (String part : family.parts()) {
      if (expected.needs(part) && !has(part)) {
        throw family.lacks(file, part);
      }
    }
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
    return switch (part) {
      case "scheduler", "tokenizer" -> true;
      case "tokenizer_2" -> family.parts().contains("text_encoder_2");
      case T5_TOKENIZER -> family.parts().contains(Pipeline.T5) && describing(part) != null;
      case Pipeline.T5 -> has(T5_TOKENIZER) && isIn(part);
      default -> isIn(part);
    };
  }

  /// Whether a part with weights is in the file or, where there are files without it, in the
  /// folder.
  private boolean isIn(String part) {
    return inFile.contains(part) || (family.parts().contains(part) && describing(part) != null);
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
    if (folder != null && !inFile.contains(part)) {
      return folder.weights(part);
    }
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
