package cadj.tensor.json;

import cadj.tensor.file.FileFormatException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Where inside which file a value stands; spelled out only when an error needs it.
///
/// @param step a key, or an index written `[i]`; empty for the whole file
record JsonPath(Path file, @Nullable JsonPath parent, String step) {
  static JsonPath root(Path file) {
    return new JsonPath(file, null, "");
  }

  JsonPath key(String key) {
    return new JsonPath(file, this, key);
  }

  JsonPath index(int i) {
    return new JsonPath(file, this, "[" + i + "]");
  }

  FileFormatException error(String expected, String found) {
    return new FileFormatException(file, path(), expected, found);
  }

  /// `text_config.sizes[2]`
  private String path() {
    Deque<String> steps = new ArrayDeque<>();
    for (JsonPath p = this; p != null && !p.step.isEmpty(); p = p.parent) {
      steps.push(p.step);
    }
    StringBuilder path = new StringBuilder();
    for (String s : steps) {
      path.append(path.isEmpty() || s.startsWith("[") ? "" : ".").append(s);
    }
    return path.toString();
  }
}
