package cadj.models.files;

import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.Sha256;
import cadj.tensor.weights.WeightFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model over whose denoiser an edited one is laid, as ESD, UCE, RECE and ConceptPrune publish
/// them: all of its parameters or some, which replace the model's; the rest stays.
///
/// The file is of any form that [WeightFiles] opens. Its keys are the denoiser's, with or without
/// `unet.` (`transformer.`) in front (ESD's first code saves a dictionary of modules by such
/// names).
public final class EditedDenoiser extends ChangedSource {
  private final Path file;

  /// The denoiser's part.
  private final String denoiser;

  /// Names in the file, by the model's.
  private final Map<String, String> replaced;

  private final int parameters;

  private EditedDenoiser(
      ModelSource model, Path file, String denoiser, Map<String, String> replaced, int parameters) {
    super(model);
    this.file = file;
    this.denoiser = denoiser;
    this.replaced = replaced;
    this.parameters = parameters;
  }

  /// @throws FileFormatException if the file has a tensor that the denoiser lacks, or has in
  ///   another shape
  public static EditedDenoiser of(ModelSource model, Path file) {
    String denoiser = Pipeline.of(model.index()).denoiser();
    try (Checkpoint base = model.weights(denoiser);
        Checkpoint edited = WeightFiles.open(file)) {
      return new EditedDenoiser(
          model, file, denoiser, match(base, edited, denoiser + "."), base.names().size());
    }
  }

  private static Map<String, String> match(Checkpoint base, Checkpoint edited, String prefix) {
    Map<String, String> out = new LinkedHashMap<>();
    for (String name : edited.names()) {
      String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
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
            edited.path(), name, "each parameter once", "it with and without " + prefix);
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
  public Checkpoint weights(String part) {
    Checkpoint base = model.weights(part);
    if (!part.equals(denoiser)) {
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

  /// The edited denoiser by its content.
  @Override
  public List<String> changes(String part) {
    List<String> out = new ArrayList<>(model.changes(part));
    if (part.equals(denoiser)) {
      Sha256 content = new Sha256();
      try (Checkpoint edited = WeightFiles.open(file)) {
        edited.files().forEach(content::add);
      }
      out.add(denoiser + " " + content.hex());
    }
    return out;
  }

  @Override
  public Optional<Path> unet() {
    return Optional.of(file);
  }
}
