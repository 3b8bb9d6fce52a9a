package cadj.cad.inspect;

import cadj.cad.attribution.AttributionFile;
import cadj.cad.edit.Patch;
import cadj.cad.picture.PngText;
import cadj.models.files.EmbeddedModels;
import cadj.models.files.ModelFiles;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.weights.WeightFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What was found where somebody pointed.
public sealed interface Report
    permits AttributionReport, ModelReport, PatchReport, PictureReport, TensorsReport {
  /// For people.
  ///
  /// @param width columns of the terminal
  /// @param colour whether it understands colours
  List<String> lines(int width, boolean colour);

  /// For machines; `kind` says what it is.
  Map<String, Object> json();

  /// [#of(String, String, Consumer)] of plain weights or the only variant, without notes.
  static Report of(String nameOrPath) {
    return of(nameOrPath, null, note -> {});
  }

  /// Looks at an embedded model, a model folder, a picture, a file of tensors, or an index of
  /// several.
  ///
  /// @param variant of a model folder's weights, or null
  /// @param notes is told what was chosen or left out while reading a model
  /// @throws FileFormatException if it is none of these, or damaged
  static Report of(String nameOrPath, @Nullable String variant, Consumer<String> notes) {
    Path path = Path.of(nameOrPath);
    if (EmbeddedModels.NAMES.contains(nameOrPath) || Files.isDirectory(path)) {
      return ModelReport.of(ModelFiles.open(nameOrPath, null, variant, notes));
    }
    try {
      if (PngText.isPng(path)) {
        return PictureReport.of(path);
      }
    } catch (NoSuchFileException e) {
      throw new FileFormatException(
          path, "", "a file, a model folder or the name of an embedded model", "none", e);
    } catch (IOException e) {
      throw FileFormatException.unreadable(path, e);
    }
    if (WeightFormat.of(path) != WeightFormat.SAFETENSORS) {
      return TensorsReport.of(path);
    }
    requireHeader(path);
    return switch (kind(path)) {
      case AttributionFile.KIND -> AttributionReport.of(path);
      case Patch.KIND -> PatchReport.of(path);
      default -> TensorsReport.of(path);
    };
  }

  /// Refuses a file that does not even begin as safetensors does, eight bytes before a JSON object;
  /// of one that does, its reader says what is wrong.
  private static void requireHeader(Path path) {
    int beginning = Long.BYTES + 1; // the header's length, and the first of the header
    byte[] first;
    try (InputStream in = Files.newInputStream(path)) {
      first = in.readNBytes(beginning);
    } catch (IOException e) {
      throw FileFormatException.unreadable(path, e);
    }
    boolean isNamedSo = String.valueOf(path.getFileName()).endsWith(".safetensors");
    if (!isNamedSo && (first.length < beginning || first[beginning - 1] != '{')) {
      throw new FileFormatException(
          path,
          "",
          "a picture (.png) or tensors (.safetensors, .pt, .pth, .bin, .ckpt, or a .json index)",
          first.length == 0 ? "nothing in it" : "none of these in its content");
    }
  }

  private static String kind(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return file.metadata().getOrDefault("kind", "");
    }
  }
}
