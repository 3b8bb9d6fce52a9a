package cadj.models.files;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.Sha256;
import cadj.tensor.json.JsonObject;
import cadj.tensor.weights.WeightFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// A model over whose denoiser an edited one is laid, as ESD, UCE, RECE and ConceptPrune publish
/// them: all of its parameters or some, which replace the model's; the rest stays.
///
/// The file is of any form that [WeightFiles] opens. Its keys are the denoiser's, with or without
/// `unet.` in front (ESD's first code saves a dictionary of modules by such names).
public final class EditedDenoiser implements ModelSource {
  private static final String PREFIX = DenoiserPart.NAME + ".";

  private final ModelSource model;
  private final Path file;

  /// Names in the file, by the model's.
  private final Map<String, String> replaced;

  private final int parameters;

  private EditedDenoiser(
      ModelSource model, Path file, Map<String, String> replaced, int parameters) {
    this.model = model;
    this.file = file;
    this.replaced = replaced;
    this.parameters = parameters;
  }

  /// @throws FileFormatException if the file has a tensor that the denoiser lacks, or has in
  ///   another shape
  public static EditedDenoiser of(ModelSource model, Path file) {
    try (Checkpoint base = model.weights(DenoiserPart.NAME);
        Checkpoint edited = WeightFiles.open(file)) {
      return new EditedDenoiser(model, file, match(base, edited), base.names().size());
    }
  }

  private static Map<String, String> match(Checkpoint base, Checkpoint edited) {
    Map<String, String> out = new LinkedHashMap<>();
    for (String name : edited.names()) {
      String bare = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
      if (!base.contains(bare)) {
        throw new FileFormatException(
            edited.path(),
            name,
            "only parameters that the denoiser of %s has".formatted(base.path()),
            "one that it lacks");
      }
      if (!base.dims(bare).equals(edited.dims(name))) {
        throw new FileFormatException(
            edited.path(),
            name,
            "shape %s, as the model has it".formatted(base.dims(bare)),
            "%s".formatted(edited.dims(name)));
      }
      if (out.put(bare, name) != null) {
        throw new FileFormatException(
            edited.path(), name, "each parameter once", "it with and without " + PREFIX);
      }
    }
    return out;
  }

  /// How many of the denoiser's parameters the file replaces.
  public int replaced() {
    return replaced.size();
  }

  /// How many it has.
  public int parameters() {
    return parameters;
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

  @Override
  public Checkpoint weights(String part) {
    Checkpoint base = model.weights(part);
    if (!part.equals(DenoiserPart.NAME)) {
      return base;
    }
    boolean opened = false;
    try {
      Checkpoint edited = new ReplacedTensors(base, WeightFiles.open(file), replaced);
      opened = true;
      return edited;
    } finally {
      if (!opened) {
        base.close();
      }
    }
  }

  @Override
  public SortedSet<Path> weightFiles(String part) {
    return model.weightFiles(part);
  }

  /// The edited denoiser by its content.
  @Override
  public List<String> changes(String part) {
    List<String> out = new ArrayList<>(model.changes(part));
    if (part.equals(DenoiserPart.NAME)) {
      Sha256 content = new Sha256();
      try (Checkpoint edited = WeightFiles.open(file)) {
        edited.files().forEach(content::add);
      }
      out.add("unet " + content.hex());
    }
    return out;
  }

  @Override
  public Optional<Path> unet() {
    return Optional.of(file);
  }

  @Override
  public List<String> loras() {
    return model.loras();
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
