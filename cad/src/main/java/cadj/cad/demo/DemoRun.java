package cadj.cad.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One run of the demonstration, for the command line: the page, and its table in words.
///
/// @param page the web page
/// @param lines the table, a line each
/// @param json the same for machines
public record DemoRun(Path page, List<String> lines, Map<String, Object> json) {
  /// Runs the demonstration and writes its page into `folder`.
  public static DemoRun into(Path folder, String version, Demo.Progress progress) {
    Demo.Findings findings = Demo.run(progress);
    Path page = DemoPage.write(folder, findings, version);
    List<String> lines = new ArrayList<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    lines.add(
        "%-22s %8s   %-20s %-20s".formatted("concept", "zeroed", "its accuracy", "the others'"));
    for (Study study : findings.studies()) {
      Measurement before = study.measurements().getFirst();
      String what = study.objective().name().toLowerCase(Locale.ROOT);
      for (RatioSummary row : RatioSummary.of(study)) {
        lines.add(
            "%-22s %7.0f%%   %.2f → %.2f … %.2f   %.2f → %.2f … %.2f"
                .formatted(
                    what + " " + study.concept().name(),
                    100 * row.ratio(),
                    before.targetBefore(),
                    row.targetLow(),
                    row.targetHigh(),
                    before.othersBefore(),
                    row.othersLow(),
                    row.othersHigh()));
        rows.add(json(study, what, before, row));
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("page", page.toString());
    json.put("object_accuracy", findings.objectAccuracy());
    json.put("style_accuracy", findings.styleAccuracy());
    json.put("edits", rows);
    return new DemoRun(page, lines, json);
  }

  private static Map<String, Object> json(
      Study study, String what, Measurement before, RatioSummary row) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("edit", what);
    out.put("concept", study.concept().name());
    out.put("ratio", row.ratio());
    out.put("zeroed", row.zeroed());
    out.put("target_before", before.targetBefore());
    out.put("target_after", List.of(row.targetLow(), row.targetHigh()));
    out.put("others_before", before.othersBefore());
    out.put("others_after", List.of(row.othersLow(), row.othersHigh()));
    return out;
  }
}
