package cadj.cad.cli;

import cadj.cad.attribution.AttributionSettings;
import cadj.cad.edit.Patch;
import cadj.models.files.ModelFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The model that a file of scores belongs to.
final class FileModel {
  private FileModel() {}

  /// The model that `asked` names, else the one that the file's metadata name, in the variant that
  /// they name; it must be the one that the file was made for.
  static ModelFiles open(
      Path file, Map<String, String> metadata, @Nullable String asked, Terminal terminal) {
    String name = asked == null ? metadata.get("model") : asked;
    if (name == null) {
      throw new CommandFailure(file + ": names no model; say which with --model");
    }
    ModelFiles folder =
        ModelFiles.open(name, null, metadata.get(AttributionSettings.VARIANT), terminal::note);
    requireMadeFor(folder.denoiserHash(), file, metadata);
    return folder;
  }

  /// The same for several files, which must all be for one model.
  static ModelFiles open(
      List<Path> files,
      List<Map<String, String>> metadata,
      @Nullable String asked,
      Terminal terminal) {
    ModelFiles folder = open(files.getFirst(), metadata.getFirst(), asked, terminal);
    String hash = String.valueOf(metadata.getFirst().get(Patch.MODEL_HASH));
    for (int i = 1; i < files.size(); i++) {
      requireMadeFor(hash, files.get(i), metadata.get(i));
    }
    return folder;
  }

  private static void requireMadeFor(String hash, Path file, Map<String, String> metadata) {
    String made = metadata.get(Patch.MODEL_HASH);
    if (!hash.equals(made)) {
      throw new CommandFailure(
          "%s: made for another model: expected %s %s, found %s"
              .formatted(file, Patch.MODEL_HASH, hash, made));
    }
  }
}
