package cadj.cad.method;

import cadj.cad.edit.Provenance;
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
    out.put("settings", Provenance.json(method.settings()));
    out.put("edit", SettingValues.lower(task.goal()));
    out.put("concept", task.concept());
    Map<String, String> targets = new LinkedHashMap<>();
    task.targets().forEach(target -> targets.put(target.prompt(), target.instead()));
    out.put("targets", Provenance.json(targets));
    out.put("preserve", Provenance.json(task.preserve()));
    out.put("seed", Long.toString(task.seed()));
    out.put("cost", Long.toString(task.cost().passes()));
    return out;
  }
}
