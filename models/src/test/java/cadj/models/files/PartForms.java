package cadj.models.files;

import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A part of a model folder written anew in one of the forms that tools leave.
final class PartForms {
  /// Parts with weights, where a model has them.
  static final List<String> PARTS = List.of("unet", "vae", "text_encoder", "text_encoder_2");

  private PartForms() {}

  /// The stem of a part's weight files.
  static String stem(String part) {
    return part.equals("unet") || part.equals("vae") ? "diffusion_pytorch_model" : "model";
  }

  static Path plain(Path folder, String part) {
    return folder.resolve(part).resolve(stem(part) + ".safetensors");
  }

  /// What a part's weights are when loaded.
  static Map<String, Tensor> loaded(ModelFiles model, String part) {
    return switch (part) {
      case "unet" -> model.denoiser().parameters();
      case "vae" -> model.vae().parameters();
      default -> model.textEncoder(part).parameters();
    };
  }

  /// Renames the plain file.
  static void rename(Path folder, String part, String name) {
    try {
      Files.move(plain(folder, part), folder.resolve(part).resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Rewrites the plain file with other tensors.
  static void write(Path folder, String part, Map<String, Tensor> tensors) {
    SafetensorsWriter.write(plain(folder, part), tensors, Map.of());
  }

  /// Puts a part's weights in three files, by turns, and deletes the plain one.
  ///
  /// @param index name of the index
  /// @param shard format of the shards' names
  static void shard(Path folder, String part, String index, String shard) {
    try {
      Map<String, Tensor> tensors = Folders.tensors(plain(folder, part));
      Files.delete(plain(folder, part));
      SequencedMap<String, SafetensorsWriter> shards = new LinkedHashMap<>();
      List<String> lines = new ArrayList<>();
      tensors.forEach(
          (key, tensor) -> {
            String file = shard.formatted(lines.size() % 3 + 1);
            shards.computeIfAbsent(file, f -> new SafetensorsWriter()).add(key, tensor);
            lines.add("\"%s\": \"%s\"".formatted(key, file));
          });
      shards.forEach((file, writer) -> writer.write(folder.resolve(part).resolve(file)));
      Files.writeString(
          folder.resolve(part).resolve(index),
          "{\"metadata\": {\"total_size\": 1}, \"weight_map\": {%s}}"
              .formatted(String.join(",\n", lines)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
