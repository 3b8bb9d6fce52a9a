package cadj.cad.trace;

import cadj.cad.statistics.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A trace for machines.
public final class TraceJson {
  private TraceJson() {}

  /// All of it.
  ///
  /// @param scores null where there are none
  public static Map<String, Object> of(TraceResult trace, @Nullable TraceScores scores) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", "trace");
    out.put("settings", trace.identity());
    out.put("timesteps", trace.timesteps());
    out.put("windows", trace.windows().stream().map(StepWindow::toString).toList());
    out.put("references", references(trace));
    for (Procedure procedure : trace.procedures()) {
      List<Map<String, Object>> rows = new ArrayList<>();
      for (TraceRow row : trace.rows(procedure)) {
        rows.add(row(trace, row, scores));
      }
      out.put(procedure.toString(), rows);
    }
    if (scores != null && !scores.isEmpty()) {
      out.put("rank_correlations", correlations(trace, scores));
    }
    return out;
  }

  /// What the runs that are not intervened on show: means over samples.
  private static Map<String, Object> references(TraceResult trace) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (References.Reference reference : References.Reference.values()) {
      Map<String, Object> means = new LinkedHashMap<>();
      trace
          .pictures(reference)
          .forEach((measure, values) -> means.put(measure.toString(), Sample.mean(values)));
      out.put(reference.name().toLowerCase(Locale.ROOT), means);
    }
    trace
        .references()
        .whole()
        .forEach(
            (procedure, table) -> {
              if (trace.procedures().contains(procedure)) {
                double[] sums =
                    Arrays.stream(table).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
                out.put("objective_" + procedure, Sample.mean(sums));
              }
            });
    return out;
  }

  private static Map<String, Object> row(
      TraceResult trace, TraceRow row, @Nullable TraceScores scores) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("modules", row.modules());
    Map<String, Object> effects = new LinkedHashMap<>();
    for (Measure measure : trace.measures()) {
      List<Map<String, @Nullable Object>> windows = new ArrayList<>();
      for (int w = 0; w < trace.windows().size(); w++) {
        windows.add(trace.effect(row, measure, w).json());
      }
      effects.put(measure.toString(), windows);
    }
    out.put("effects", effects);
    if (scores != null && scores.of(row).weights() > 0) {
      ModuleScores its = scores.of(row);
      Map<String, Object> sums = new LinkedHashMap<>();
      sums.put("weights", its.weights());
      sums.put("positive", its.positive());
      sums.put("negative", its.negative());
      sums.put("positive_by_window", its.positiveByWindow());
      sums.put("negative_by_window", its.negativeByWindow());
      out.put("scores", sums);
    }
    return out;
  }

  private static Map<String, Object> correlations(TraceResult trace, TraceScores scores) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (Procedure procedure : trace.procedures()) {
      Map<String, Object> measures = new LinkedHashMap<>();
      for (Measure measure : trace.measures()) {
        Map<String, @Nullable Object> pair = new LinkedHashMap<>();
        pair.put("positive", orNull(scores.withPositive(procedure, measure)));
        pair.put("negative", orNull(scores.withNegative(procedure, measure)));
        measures.put(measure.toString(), pair);
      }
      out.put(procedure.toString(), measures);
    }
    return out;
  }

  private static @Nullable Double orNull(double value) {
    return Double.isNaN(value) ? null : value;
  }
}
