package cadj.cad.method;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// What a patch by a method says about how it came about, beside the model: all that is needed to
/// make it again, and what it cost.
public final class EditMetadata {
  private EditMetadata() {}

  /// `method`, `settings` (a JSON object), `edit`, `concept`, `targets` (a JSON object: what is
  /// drawn instead, by prompt), `preserve` (a JSON list), `seed`, `cost` (forward passes).
  public static SequencedMap<String, String> of(EditMethod method, EditTask task) {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("method", method.name());
    out.put("settings", json(method.settings()));
    out.put("edit", SettingValues.lower(task.goal()));
    out.put("concept", task.concept());
    Map<String, String> targets = new LinkedHashMap<>();
    task.targets().forEach(target -> targets.put(target.prompt(), target.instead()));
    out.put("targets", json(targets));
    out.put("preserve", json(task.preserve()));
    out.put("seed", Long.toString(task.seed()));
    out.put("cost", Long.toString(task.cost().passes()));
    return out;
  }

  /// As JSON.
  public static String json(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
