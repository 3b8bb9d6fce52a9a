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
  /// The page's name in its folder.
  public static final String PAGE = "index.html";

  /// Runs the demonstration and writes its page into `folder`.
  public static DemoRun into(Path folder, String version, Demo.Progress progress) {
    Demo.Findings findings = Demo.run(progress);
    Path page = DemoPage.write(folder, findings, version);
    List<String> lines = new ArrayList<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    lines.add(
        "%-18s %6s  %-22s %-22s %s"
            .formatted("edit", "zeroed", "seen", "others of its kind", "other kind"));
    for (Study study : findings.studies()) {
      Measurement before = study.measurements().getFirst();
      String what = study.objective().name().toLowerCase(Locale.ROOT);
      for (RatioSummary row : RatioSummary.of(study)) {
        lines.add(
            "%-18s %5.0f%%  %s    %s    %s"
                .formatted(
                    what + " " + study.concept().name(),
                    100 * row.ratio(),
                    change(before.targetBefore(), row.target()),
                    change(before.othersBefore(), row.others()),
                    change(before.besidesBefore(), row.besides())));
        rows.add(json(study, what, before, row));
      }
      if (study.chosen() != null) {
        Measurement its = study.chosen().measurement();
        lines.add(
            "%-18s %6s  %-22s %-22s %s"
                .formatted(
                    "  " + study.chosen().method(),
                    "",
                    change(its.targetBefore(), its.targetAfter()),
                    change(its.othersBefore(), its.othersAfter()),
                    change(its.besidesBefore(), its.besidesAfter())));
        rows.add(json(study, study.chosen()));
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("page", page.toString());
    json.put("object_accuracy", findings.objectAccuracy());
    json.put("style_accuracy", findings.styleAccuracy());
    json.put("edits", rows);
    return new DemoRun(page, lines, json);
  }

  private static String change(double before, RatioSummary.Span after) {
    return "%.2f → %.2f … %.2f".formatted(before, after.low(), after.high());
  }

  private static String change(double before, double after) {
    return "%.2f → %.2f".formatted(before, after);
  }

  private static Map<String, Object> json(Study study, ChosenEdit chosen) {
    Measurement its = chosen.measurement();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("edit", chosen.method());
    out.put("concept", study.concept().name());
    out.put("changed", its.zeroed());
    out.put("target_before", its.targetBefore());
    out.put("target_after", List.of(its.targetAfter(), its.targetAfter()));
    out.put("others_before", its.othersBefore());
    out.put("others_after", List.of(its.othersAfter(), its.othersAfter()));
    out.put("other_kind_before", its.besidesBefore());
    out.put("other_kind_after", List.of(its.besidesAfter(), its.besidesAfter()));
    return out;
  }

  private static Map<String, Object> json(
      Study study, String what, Measurement before, RatioSummary row) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("edit", what);
    out.put("concept", study.concept().name());
    out.put("ratio", row.ratio());
    out.put("zeroed", row.zeroed());
    out.put("target_before", before.targetBefore());
    out.put("target_after", List.of(row.target().low(), row.target().high()));
    out.put("others_before", before.othersBefore());
    out.put("others_after", List.of(row.others().low(), row.others().high()));
    out.put("other_kind_before", before.besidesBefore());
    out.put("other_kind_after", List.of(row.besides().low(), row.besides().high()));
    return out;
  }
}
