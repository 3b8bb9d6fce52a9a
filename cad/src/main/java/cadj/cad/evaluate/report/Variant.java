package cadj.cad.evaluate.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// A method with one choice of settings, and its cells.
///
/// @param method its name, without settings
/// @param label as the ledger has it, such as `uce:eta=0.5`; where that names two, with the
///   settings that tell them apart
/// @param differing settings that tell it from others of its name
record Variant(
    String method, String label, SequencedMap<String, String> differing, List<ReportCell> cells) {
  /// All that cells are of, in their order; the model as it is left out.
  static List<Variant> of(List<ReportCell> cells) {
    Map<String, SequencedMap<Map<String, String>, List<ReportCell>>> byMethod =
        new LinkedHashMap<>();
    for (ReportCell cell : cells) {
      if (cell.isEdit()) {
        byMethod
            .computeIfAbsent(name(cell), method -> new LinkedHashMap<>())
            .computeIfAbsent(cell.settings(), settings -> new ArrayList<>())
            .add(cell);
      }
    }
    List<Variant> out = new ArrayList<>();
    byMethod.forEach(
        (method, bySettings) -> {
          Set<String> differing = differing(bySettings.keySet());
          Set<String> labels = new LinkedHashSet<>();
          bySettings.values().forEach(of -> labels.add(of.getFirst().method()));
          boolean told = labels.size() == bySettings.size();
          bySettings.forEach((settings, of) -> out.add(of(told, settings, differing, of)));
        });
    return out;
  }

  private static String name(ReportCell cell) {
    return cell.method().split(":", 2)[0];
  }

  private static Variant of(
      boolean told, Map<String, String> settings, Set<String> differing, List<ReportCell> cells) {
    SequencedMap<String, String> own = new LinkedHashMap<>();
    differing.forEach(key -> own.put(key, settings.getOrDefault(key, "–")));
    String label =
        told
            ? cells.getFirst().method()
            : own.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(",", name(cells.getFirst()) + ":", ""));
    return new Variant(name(cells.getFirst()), label, own, cells);
  }

  private static Set<String> differing(Set<Map<String, String>> all) {
    Set<String> out = new LinkedHashSet<>();
    Map<String, String> first = all.iterator().next();
    for (Map<String, String> other : all) {
      Set<String> keys = new LinkedHashSet<>(first.keySet());
      keys.addAll(other.keySet());
      for (String key : keys) {
        if (!String.valueOf(first.get(key)).equals(String.valueOf(other.get(key)))) {
          out.add(key);
        }
      }
    }
    return out;
  }
}
