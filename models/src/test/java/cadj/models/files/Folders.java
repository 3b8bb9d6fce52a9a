package cadj.models.files;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Copies of model folders, for tests to change.
public final class Folders {
  private static final List<String> NO_PARTS = List.of("expected", "variants");

  private static final String UNET = "unet/diffusion_pytorch_model";

  private Folders() {}

  /// Copies the parts of `model` into the new folder `to`, and returns it.
  public static Path copy(Path model, Path to) {
    try (Stream<Path> all = Files.walk(model)) {
      for (Path from : all.toList()) {
        Path relative = model.relativize(from);
        if (!NO_PARTS.contains(relative.getName(0).toString())) {
          Path copy = to.resolve(relative.toString()); // from a jar, too
          Files.createDirectories(copy.getParent());
          Files.copy(from, copy);
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sets `key` of a JSON file to a value written in JSON.
  static void set(Path file, String key, String value) throws IOException {
    Files.writeString(file, with(Files.readString(file), key, value));
  }

  /// The object `json` with `key`, which it has or not, set to a value written in JSON.
  public static String with(String json, String key, String value) {
    Matcher found = value(key).matcher(json);
    return found.find()
        ? json.substring(0, found.start(1)) + value + json.substring(found.end(1))
        : json.replaceFirst("\\{", Matcher.quoteReplacement("{\"%s\": %s,".formatted(key, value)));
  }

  /// Removes `key` from a JSON file.
  static void remove(Path file, String key) throws IOException {
    String json = Files.readString(file);
    Matcher found = value(key).matcher(json);
    assertTrue(found.find(), () -> file + " has no " + key);
    String rest = json.substring(0, found.start()) + json.substring(found.end());
    Files.writeString(
        file, rest.replaceAll(",\\s*,", ",").replaceAll("\\{\\s*,", "{").replaceAll(",\\s*}", "}"));
  }

  private static Pattern value(String key) {
    return Pattern.compile('"' + Pattern.quote(key) + "\"\\s*:\\s*(\\[[^]]*]|[^,}\\]\\s]+)");
  }

  /// All tensors of a file, to be changed and written.
  static Map<String, Tensor> tensors(Path file) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      open.names().forEach(name -> all.put(name, open.tensor(name)));
    }
    return all;
  }

  /// Replaces the files of a folder by those of another, of the same names.
  public static void replace(Path folder, Path by) {
    try (Stream<Path> files = Files.list(by)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Replaces each tensor of a file by what `change` makes of it and its name.
  public static void rewrite(Path file, BiFunction<String, Tensor, Tensor> change) {
    SafetensorsWriter out = new SafetensorsWriter();
    tensors(file).forEach((name, tensor) -> out.add(name, change.apply(name, tensor)));
    out.write(file);
  }

  /// Puts the denoiser's weights in two files, each third tensor by name in the second.
  ///
  /// @param variant part of the index's name, such as `.fp16`
  static void shard(Path folder, String variant) throws IOException {
    Path file = folder.resolve(UNET + ".safetensors");
    Map<String, Tensor> tensors = new TreeMap<>(tensors(file));
    Files.delete(file);
    List<SafetensorsWriter> shards = List.of(new SafetensorsWriter(), new SafetensorsWriter());
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      int shard = lines.size() % 3 == 2 ? 1 : 0;
      shards.get(shard).add(entry.getKey(), entry.getValue());
      lines.add("\"%s\": \"%s\"".formatted(entry.getKey(), unetShard(folder, shard).getFileName()));
    }
    for (int i = 0; i < shards.size(); i++) {
      shards.get(i).write(unetShard(folder, i));
    }
    Files.writeString(
        folder.resolve(UNET + ".safetensors.index" + variant + ".json"),
        "{\"metadata\": {\"total_size\": 1}, \"weight_map\": {%s}}"
            .formatted(String.join(",\n", lines)));
  }

  static Path unetShard(Path folder, int shard) {
    return folder.resolve("%s-%05d-of-00002.safetensors".formatted(UNET, shard + 1));
  }
}
