package cadj.tensor.json;

import cadj.tensor.file.FileFormatException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One value of a JSON file, of a type yet to be asked for.
///
/// Each getter throws [FileFormatException] naming file, key, what was expected and what was found.
/// Holds a String, Long, Double, Boolean, List, Map or null.
public final class JsonValue {
  private final JsonPath place;
  private final @Nullable Object value;

  JsonValue(JsonPath place, @Nullable Object value) {
    this.place = place;
    this.value = value;
  }

  public String string() {
    if (value instanceof String s) {
      return s;
    }
    throw error("a string");
  }

  /// An integer of 32 bits.
  public int integer() {
    if (value instanceof Long n && n == n.intValue()) {
      return n.intValue();
    }
    throw error("an integer");
  }

  /// An integer of 64 bits.
  public long longInteger() {
    if (value instanceof Long n) {
      return n;
    }
    throw error("an integer");
  }

  /// Any number; an integer is widened.
  public double number() {
    if (value instanceof Number n) {
      return n.doubleValue();
    }
    throw error("a number");
  }

  public boolean bool() {
    if (value instanceof Boolean b) {
      return b;
    }
    throw error("true or false");
  }

  public JsonObject object() {
    if (value instanceof Map<?, ?> map) {
      return new JsonObject(place, map);
    }
    throw error("an object");
  }

  public JsonList list() {
    if (value instanceof List<?> list) {
      return new JsonList(place, list);
    }
    throw error("a list");
  }

  public boolean isNull() {
    return value == null;
  }

  public boolean isNumber() {
    return value instanceof Number;
  }

  public boolean isObject() {
    return value instanceof Map;
  }

  public boolean isList() {
    return value instanceof List;
  }

  /// The error of this value being something else than `expected`, for the caller to throw.
  public FileFormatException error(String expected) {
    return place.error(expected, description());
  }

  private String description() {
    return switch (value) {
      case null -> "null";
      case String s -> FileFormatException.quote(s);
      case List<?> list -> "a list of " + list.size();
      case Map<?, ?> map -> "an object of " + map.size() + (map.size() == 1 ? " key" : " keys");
      default -> value.toString();
    };
  }
}
