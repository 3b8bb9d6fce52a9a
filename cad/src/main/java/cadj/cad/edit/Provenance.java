package cadj.cad.edit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where an edit by several attributions comes from.
public final class Provenance {
  private Provenance() {}

  /// Metadata of one, or of several: what they agree on as it is, all else as a JSON list of each
  /// one's value, in order; "" where one has none.
  public static Map<String, String> of(List<Map<String, String>> each) {
    Map<String, String> out = new LinkedHashMap<>();
    for (Map<String, String> one : each) {
      for (String key : one.keySet()) {
        List<String> values = each.stream().map(other -> other.getOrDefault(key, "")).toList();
        boolean same = values.stream().distinct().count() == 1;
        out.put(key, same ? values.getFirst() : json(values));
      }
    }
    return out;
  }

  /// Lists and maps of texts and numbers as JSON.
  public static String json(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
