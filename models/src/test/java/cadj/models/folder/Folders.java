package cadj.models.folder;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Copies of model folders, for tests to change.
public final class Folders {
  private static final List<String> NO_PARTS = List.of("expected", "variants");

  private Folders() {}

  /// Copies the parts of `model` into the new folder `to`, and returns it.
  public static Path copy(Path model, Path to) {
    try (Stream<Path> all = Files.walk(model)) {
      for (Path from : all.toList()) {
        Path relative = model.relativize(from);
        if (!NO_PARTS.contains(relative.getName(0).toString())) {
          Files.createDirectories(to.resolve(relative).getParent());
          Files.copy(from, to.resolve(relative));
        }
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sets `key` of a JSON file, which has it or not, to a value written in JSON.
  static void set(Path file, String key, String value) throws IOException {
    String json = Files.readString(file);
    Matcher found = value(key).matcher(json);
    Files.writeString(
        file,
        found.find()
            ? json.substring(0, found.start(1)) + value + json.substring(found.end(1))
            : json.replaceFirst(
                "\\{", Matcher.quoteReplacement("{\"%s\": %s,".formatted(key, value))));
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
}
