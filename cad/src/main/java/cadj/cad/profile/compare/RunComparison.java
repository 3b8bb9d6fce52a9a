package cadj.cad.profile.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A run beside an earlier one.
///
/// @param operations own time in seconds
/// @param modules time of the module itself in seconds
/// @param owners bytes at the peak of memory
public record RunComparison(
    RunSummary before,
    RunSummary now,
    List<RunDifference> operations,
    List<RunDifference> modules,
    List<RunDifference> owners) {
  public static RunComparison of(RunSummary before, RunSummary now) {
    return new RunComparison(
        before,
        now,
        RunDifference.of(before.operations(), now.operations()),
        RunDifference.of(before.modules(), now.modules()),
        RunDifference.of(before.owners(), now.owners()));
  }

  /// What else than the program may be the reason, a line each.
  public List<String> otherwise() {
    List<String> out = new ArrayList<>();
    other(out, "command", before.command(), now.command());
    other(out, "device", before.device(), now.device());
    other(out, "threads", before.threads(), now.threads());
    other(out, "processors of the machine", before.processors(), now.processors());
    other(out, "version", before.version(), now.version());
    return out;
  }

  private static void other(List<String> out, String what, Object then, Object now) {
    if (!then.equals(now)) {
      out.add("%s: then %s, now %s".formatted(what, then, now));
    }
  }

  /// For the object of `--json`: values of the earlier run beside this one's, missing where there
  /// is none.
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("command", before.command());
    json.put("device", before.device());
    json.put("threads", before.threads());
    json.put("processors", before.processors());
    json.put("cadj", before.version());
    json.put("seconds", before.seconds());
    json.put("peak_bytes", before.peakBytes());
    json.put("kept_peak_bytes", before.keptBytes());
    json.put("operations", rows(operations, "seconds"));
    json.put("modules", rows(modules, "own_seconds"));
    json.put("owners", rows(owners, "bytes"));
    return json;
  }

  private static List<Map<String, Object>> rows(List<RunDifference> differences, String unit) {
    List<Map<String, Object>> out = new ArrayList<>();
    for (RunDifference it : differences) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", it.name());
      if (!it.isNew()) {
        row.put(unit + "_before", it.before());
      }
      if (!it.isGone()) {
        row.put(unit, it.now());
      }
      out.add(row);
    }
    return out;
  }
}
