package cadj.cad.evaluate.report;

import cadj.cad.statistics.Proportion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// What is read off a cell's others word by word: what is kept without the word that the model as
/// it is shows least, and of the word that suffers most.
final class WordMeasures {
  private WordMeasures() {}

  /// @return nothing where there are not two words
  static List<Measure> of(String group, List<ReportCell> cells) {
    String weakest = weakest(group, cells);
    if (weakest == null) {
      return List.of();
    }
    return List.of(
        new Measure(
            "kept without “" + weakest + "”",
            false,
            cell -> {
              Sums sums = without(cell, group, weakest);
              return sums.before > 0 ? sums.after / sums.before : Double.NaN;
            },
            cell -> null,
            cell -> {
              Sums sums = without(cell, group, weakest);
              return sums.tries > 0 ? sums.before / sums.tries : Double.NaN;
            }),
        new Measure(
            "worst other",
            false,
            cell -> least(cell, group, Figure::kept),
            cell -> null,
            cell -> least(cell, group, Figure::before)));
  }

  private static double least(ReportCell cell, String group, ToDoubleFunction<Figure> figure) {
    return cell.words(group).values().stream()
        .mapToDouble(figure)
        .filter(Double::isFinite)
        .min()
        .orElse(Double.NaN);
  }

  /// The word that the model as it is shows least; null if there are not two.
  private static @Nullable String weakest(String group, List<ReportCell> cells) {
    Map<String, List<Double>> before = new LinkedHashMap<>();
    for (ReportCell cell : cells) {
      cell.words(group)
          .forEach(
              (word, figure) ->
                  before.computeIfAbsent(word, w -> new ArrayList<>()).add(figure.before()));
    }
    String weakest = null;
    double least = Double.POSITIVE_INFINITY;
    for (Map.Entry<String, List<Double>> word : before.entrySet()) {
      double mean =
          word.getValue().stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
      if (mean < least) {
        least = mean;
        weakest = word.getKey();
      }
    }
    return before.size() < 2 ? null : weakest;
  }

  /// Pictures that show what they should, after the edit and before it, and all of them.
  private record Sums(double after, double before, double tries) {}

  private static Sums without(ReportCell cell, String group, String weakest) {
    double after = 0;
    double before = 0;
    double tries = 0;
    for (Map.Entry<String, Figure> word : cell.words(group).entrySet()) {
      Proportion count = word.getValue().count();
      if (!word.getKey().equals(weakest) && count != null) {
        after += count.successes();
        before += word.getValue().before() * count.tries();
        tries += count.tries();
      }
    }
    return new Sums(after, before, tries);
  }
}
