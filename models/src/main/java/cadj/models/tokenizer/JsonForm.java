package cadj.models.tokenizer;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonObject;
import java.util.List;

/// Requires of a tokenizer.json what is built: the message names the key, the value that it must
/// have, and the one it has.
public final class JsonForm {
  private JsonForm() {}

  public static void requireType(JsonObject json, String type) {
    require(json, "type", type);
  }

  /// @param steps the objects of the list `key` of `in`
  public static void requireTypes(
      JsonObject in, String key, List<JsonObject> steps, List<String> types) {
    List<String> found = types(steps);
    if (!found.equals(types)) {
      throw in.error(
          key, String.join(", ", types), FileFormatException.quote(String.join(", ", found)));
    }
  }

  public static List<String> types(List<JsonObject> steps) {
    return steps.stream().map(step -> step.string("type")).toList();
  }

  public static void require(JsonObject json, String key, String value) {
    if (!json.string(key).equals(value)) {
      throw json.error(
          key, FileFormatException.quote(value), FileFormatException.quote(json.string(key)));
    }
  }

  public static void require(JsonObject json, String key, boolean value) {
    if (json.bool(key) != value) {
      throw json.error(key, String.valueOf(value), String.valueOf(json.bool(key)));
    }
  }
}
