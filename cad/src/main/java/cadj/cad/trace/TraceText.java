package cadj.cad.trace;

import static java.util.Objects.requireNonNull;

import cadj.cad.statistics.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A trace for terminals: what the references show, and the rows with the largest effects.
public final class TraceText {
  private static final int MOST_ROWS = 8;

  private TraceText() {}

  /// @param scores null where there are none
  public static List<String> lines(TraceResult trace, @Nullable TraceScores scores) {
    List<String> out = new ArrayList<>();
    Measure main = trace.mainMeasure();
    for (References.Reference reference : References.Reference.values()) {
      out.add(
          "%-10s %s"
              .formatted(
                  reference.name().toLowerCase(Locale.ROOT),
                  trace.pictures(reference).entrySet().stream()
                      .map(
                          its ->
                              "%s %.3f"
                                  .formatted(its.getKey().title(), Sample.mean(its.getValue())))
                      .collect(Collectors.joining(", "))));
    }
    for (Procedure procedure : trace.procedures()) {
      out.add("");
      String heading =
          switch (procedure) {
            case RESTORE -> "Restored at all steps, what comes back (%s):";
            case SWAP -> "Swapped at all steps, what goes (%s):";
          };
      out.add(heading.formatted(main.title()));
      trace.rows(procedure).stream()
          .sorted(Comparator.comparingDouble((TraceRow row) -> -trace.effect(row, main, 0).mean()))
          .limit(MOST_ROWS)
          .forEach(row -> out.add(line(trace, row, main, scores)));
      if (scores != null) {
        correlation(
            out, scores.withPositive(procedure, main), scores.withNegative(procedure, main));
      }
    }
    return out;
  }

  private static void correlation(List<String> out, double positive, double negative) {
    if (!Double.isNaN(positive) || !Double.isNaN(negative)) {
      out.add(
          "  rank correlation with CAD's positive sums %s, with its negative ones %s"
              .formatted(TraceNumbers.correlation(positive), TraceNumbers.correlation(negative)));
    }
  }

  /// What qualifies the result: an effect of restoring is worth nothing where the corrupted run
  /// shows the concept anyway.
  public static List<String> notes(TraceResult trace) {
    Measure main = trace.mainMeasure();
    if (!main.isOfPictures() || !trace.procedures().contains(Procedure.RESTORE)) {
      return List.of();
    }
    double clean = mean(trace, References.Reference.CLEAN, main);
    double corrupted = mean(trace, References.Reference.CORRUPTED, main);
    double base = mean(trace, References.Reference.BASE, main);
    return corrupted <= (clean + base) / 2
        ? List.of()
        : List.of(
            "the corrupted run still has %s %.2f of %.2f, so little can come back: more --noise, or --corrupt base"
                .formatted(main.title(), corrupted, clean));
  }

  private static double mean(TraceResult trace, References.Reference reference, Measure measure) {
    return Sample.mean(requireNonNull(trace.pictures(reference).get(measure)));
  }

  private static String line(
      TraceResult trace, TraceRow row, Measure main, @Nullable TraceScores scores) {
    String sums =
        scores == null || scores.of(row).weights() == 0
            ? ""
            : "  CAD %+.2e %+.2e".formatted(scores.of(row).positive(), scores.of(row).negative());
    return "  %-34s %-26s%s"
        .formatted(RowLabel.of(row), TraceNumbers.withInterval(trace.effect(row, main, 0)), sums);
  }
}
