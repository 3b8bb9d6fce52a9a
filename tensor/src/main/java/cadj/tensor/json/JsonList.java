package cadj.tensor.json;

import cadj.tensor.file.FileFormatException;
import java.util.AbstractList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list in a JSON file.
public final class JsonList extends AbstractList<JsonValue> {
  private final JsonPath place;
  private final List<? extends @Nullable Object> values;

  JsonList(JsonPath place, List<? extends @Nullable Object> values) {
    this.place = place;
    this.values = values;
  }

  @Override
  public JsonValue get(int i) {
    return new JsonValue(place.index(i), values.get(i));
  }

  @Override
  public int size() {
    return values.size();
  }

  /// All elements as 32-bit integers.
  public int[] integers() {
    return stream().mapToInt(JsonValue::integer).toArray();
  }

  /// All elements as numbers.
  public double[] numbers() {
    return stream().mapToDouble(JsonValue::number).toArray();
  }

  public List<String> strings() {
    return stream().map(JsonValue::string).toList();
  }

  public List<JsonObject> objects() {
    return stream().map(JsonValue::object).toList();
  }

  /// The error of this list not being `expected`, for the caller to throw.
  public FileFormatException error(String expected, String found) {
    return place.error(expected, found);
  }
}
