package cadj.cad.cli;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionSettings;
import cadj.cad.edit.Patch;
import cadj.models.files.ModelFiles;
import cadj.models.lora.Lora;
import cadj.models.pipeline.TextEncoder;
import cadj.tensor.Tensor;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The model that a file of scores belongs to.
final class FileModel {
  private FileModel() {}

  /// The model that `asked` names, else the one that the file's metadata name, in the variant,
  /// described by the folder, with the edited UNet and the LoRAs that these name; it must be the
  /// one that the file was made for.
  static ModelFiles open(
      Path file, Map<String, String> metadata, @Nullable String asked, Terminal terminal) {
    String name = asked == null ? metadata.get("model") : asked;
    if (name == null) {
      throw new CommandFailure(file + ": names no model; say which with --model");
    }
    String config = metadata.get(AttributionSettings.CONFIG);
    String unet = metadata.get(AttributionSettings.UNET);
    ModelFiles plain =
        ModelFiles.open(
            name,
            config == null ? null : Path.of(config),
            metadata.get(AttributionSettings.VARIANT),
            terminal::note);
    ModelFiles edited = ModelOptions.edited(plain, unet == null ? null : Path.of(unet), terminal);
    ModelFiles folder = ModelOptions.merged(edited, loras(file, metadata), terminal);
    requireMadeFor(folder.denoiserHash(), file, metadata);
    requireTextEncoders(folder, file, metadata);
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
      requireTextEncoders(folder, files.get(i), metadata.get(i));
    }
    return folder;
  }

  /// The parameters that scores of these metadata are of: the denoiser's, and the text encoders'
  /// where these were scored.
  static SequencedMap<String, Tensor> parameters(
      ModelFiles folder, Collection<Map<String, String>> metadata) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>(folder.denoiser().parameters());
    if (metadata.stream().anyMatch(its -> its.containsKey(Patch.TEXT_HASH))) {
      out.putAll(TextEncoder.load(folder).parameters());
    }
    return out;
  }

  private static void requireMadeFor(String hash, Path file, Map<String, String> metadata) {
    requireSame(Patch.MODEL_HASH, hash, file, metadata);
  }

  private static void requireTextEncoders(
      ModelFiles folder, Path file, Map<String, String> metadata) {
    if (metadata.containsKey(Patch.TEXT_HASH)) {
      requireSame(Patch.TEXT_HASH, folder.textEncodersHash(), file, metadata);
    }
  }

  private static void requireSame(
      String key, String hash, Path file, Map<String, String> metadata) {
    String made = metadata.get(key);
    if (!hash.equals(made)) {
      throw new CommandFailure(
          "%s: made for another model: expected %s %s, found %s".formatted(file, key, hash, made));
    }
  }

  private static List<Lora> loras(Path file, Map<String, String> metadata) {
    String list = metadata.get(AttributionSettings.LORAS);
    return list == null
        ? List.of()
        : AttributionFile.texts(file, AttributionSettings.LORAS, list).stream()
            .map(Lora::parse)
            .toList();
  }
}
