package cadj.tensor.json;

import cadj.tensor.file.FileFormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An object in a JSON file, its keys in the file's order.
///
/// A getter without `Or` demands its key; one with `Or` returns the default where the key is
/// missing or its value is null, as the Python libraries write an unset option. A value of the
/// wrong type is an error in both, of one line: file, key, expected, found.
public final class JsonObject {
  private final JsonPath place;
  private final Map<?, ? extends @Nullable Object> values;

  JsonObject(JsonPath place, Map<?, ? extends @Nullable Object> values) {
    this.place = place;
    this.values = values;
  }

  /// All keys, in the file's order, those of null values too.
  public Set<String> keys() {
    @SuppressWarnings("unchecked") // the parser makes nothing but string keys
    Set<String> keys = (Set<String>) values.keySet();
    return Collections.unmodifiableSet(keys);
  }

  /// All of it as plain values, in a map of its own: strings, longs, doubles, booleans, null, lists
  /// and maps of these.
  public SequencedMap<String, @Nullable Object> values() {
    SequencedMap<String, @Nullable Object> out = new LinkedHashMap<>();
    for (String key : keys()) {
      out.put(key, values.get(key));
    }
    return out;
  }

  /// Whether `key` is there and not null.
  public boolean has(String key) {
    return values.get(key) != null;
  }

  /// @throws FileFormatException if the key is missing; its value may be null
  public JsonValue get(String key) {
    if (!values.containsKey(key)) {
      throw place.key(key).error("this key", "no such key");
    }
    return new JsonValue(place.key(key), values.get(key));
  }

  public String string(String key) {
    return get(key).string();
  }

  public String stringOr(String key, String fallback) {
    return or(key, fallback, JsonValue::string);
  }

  public int integer(String key) {
    return get(key).integer();
  }

  public int integerOr(String key, int fallback) {
    return or(key, fallback, JsonValue::integer);
  }

  public long longInteger(String key) {
    return get(key).longInteger();
  }

  public double number(String key) {
    return get(key).number();
  }

  public double numberOr(String key, double fallback) {
    return or(key, fallback, JsonValue::number);
  }

  public boolean bool(String key) {
    return get(key).bool();
  }

  public boolean boolOr(String key, boolean fallback) {
    return or(key, fallback, JsonValue::bool);
  }

  public int[] intList(String key) {
    return list(key).integers();
  }

  public int[] intListOr(String key, int... fallback) {
    return or(key, fallback, value -> value.list().integers());
  }

  public JsonObject object(String key) {
    return get(key).object();
  }

  public JsonList list(String key) {
    return get(key).list();
  }

  /// Refuses every key that is not in `known`.
  public void requireOnly(Set<String> known) {
    for (String key : keys()) {
      if (!known.contains(key)) {
        throw place.key(key).error("only the keys " + String.join(", ", sorted(known)), "this one");
      }
    }
  }

  /// The error of `key` not holding what it must, for the caller to throw.
  public FileFormatException error(String key, String expected, String found) {
    return place.key(key).error(expected, found);
  }

  private <T> T or(String key, T fallback, Function<JsonValue, T> type) {
    return has(key) ? type.apply(get(key)) : fallback;
  }

  private static Iterable<String> sorted(Set<String> keys) {
    return keys.stream().sorted().toList();
  }
}
