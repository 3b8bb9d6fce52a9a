package cadj.cad.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.LinkedHashMap;
import java.util.Map;

/// How something was made, for machines: files keep all settings as texts.
public final class Settings {
  private Settings() {}

  /// `texts` with numbers and lists where the settings of that name are such; what is none stays a
  /// text.
  public static Map<String, Object> typed(Map<String, String> texts) {
    Map<String, Object> out = new LinkedHashMap<>();
    texts.forEach(
        (key, text) ->
            out.put(
                key,
                switch (key) {
                  case "seed",
                      "cost",
                      "steps",
                      "schedule_steps",
                      "samples",
                      "sample",
                      "width",
                      "height" ->
                      integer(text);
                  case "pictures" -> texts.containsKey("pictures_hash") ? text : integer(text);
                  case "guidance" -> number(text);
                  case "prompts", "patches", "loras", "preserve" -> list(text);
                  case "targets", "settings", "trials" -> container(text);
                  default -> text;
                }));
    return out;
  }

  private static Object integer(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private static Object number(String text) {
    try {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? (Object) value : text;
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private static Object list(String text) {
    return container(text) instanceof ArrayNode array ? array : text;
  }

  private static Object container(String text) {
    try {
      JsonNode node = new ObjectMapper().readTree(text);
      return node.isContainerNode() ? node : text;
    } catch (JsonProcessingException e) {
      return text;
    }
  }
}
