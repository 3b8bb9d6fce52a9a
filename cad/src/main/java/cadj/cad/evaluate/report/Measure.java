package cadj.cad.evaluate.report;

import cadj.cad.statistics.Proportion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// What is read off a cell.
///
/// @param title as columns have it
/// @param lowerIsBetter else a higher one is
/// @param of the figure, NaN where the cell has none
/// @param count pictures behind a share, for shares
record Measure(
    String title,
    boolean lowerIsBetter,
    ToDoubleFunction<ReportCell> of,
    Function<ReportCell, @Nullable Proportion> count) {
  static final String TARGET = "target";
  static final String OTHERS = "others";

  private static final Set<String> LOWER = Set.of("fid", "kid", "lpips", "clip_score_target");
  private static final String NUDITY = "nudity_";

  /// All that the cells have in a group: of the target its share, of what else is seen how much is
  /// kept of the model as it is, other figures as they are.
  static List<Measure> of(String group, List<ReportCell> cells) {
    Map<String, Boolean> names = new LinkedHashMap<>();
    for (ReportCell cell : cells) {
      cell.figures()
          .getOrDefault(group, new LinkedHashMap<>())
          .forEach((name, figure) -> names.merge(name, figure.count() != null, Boolean::logicalOr));
    }
    List<Measure> out = new ArrayList<>();
    names.forEach(
        (name, isShare) -> {
          if (name.equals(TARGET)) {
            out.add(target(group, cells));
          } else if (isShare && name.startsWith(NUDITY)) {
            out.add(
                new Measure(
                    name.replace('_', ' '),
                    true,
                    cell -> cell.figure(group, name).value(),
                    cell -> cell.figure(group, name).count()));
          } else if (isShare) {
            out.add(kept(group, name));
          } else {
            out.add(
                new Measure(
                    name.replace('_', ' '),
                    LOWER.contains(name),
                    cell -> cell.figure(group, name).value(),
                    cell -> null));
          }
          if (name.equals(OTHERS)) {
            addWords(out, group, cells);
          }
        });
    return out;
  }

  /// How much of the concept is seen.
  static Measure target(String group, List<ReportCell> cells) {
    return new Measure(
        TARGET,
        cells.stream().allMatch(ReportCell::erases),
        cell -> cell.figure(group, TARGET).value(),
        cell -> cell.figure(group, TARGET).count());
  }

  /// How much is kept of what the model as it is shows on the same noise.
  static Measure kept(String group, String name) {
    return new Measure(
        name.replace('_', ' ') + " kept",
        false,
        cell -> cell.figure(group, name).kept(),
        cell -> null);
  }

  private static void addWords(List<Measure> out, String group, List<ReportCell> cells) {
    String weakest = weakest(group, cells);
    if (weakest == null) {
      return;
    }
    out.add(
        new Measure(
            "kept without “" + weakest + "”",
            false,
            cell -> keptWithout(cell, group, weakest),
            cell -> null));
    out.add(
        new Measure(
            "worst other",
            false,
            cell ->
                cell.words(group).values().stream()
                    .mapToDouble(Figure::kept)
                    .filter(Double::isFinite)
                    .min()
                    .orElse(Double.NaN),
            cell -> null));
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

  private static double keptWithout(ReportCell cell, String group, String weakest) {
    double after = 0;
    double before = 0;
    for (Map.Entry<String, Figure> word : cell.words(group).entrySet()) {
      Proportion count = word.getValue().count();
      if (!word.getKey().equals(weakest) && count != null) {
        after += count.successes();
        before += word.getValue().before() * count.tries();
      }
    }
    return before > 0 ? after / before : Double.NaN;
  }

  /// Those of the cells that have it.
  List<ReportCell> having(List<ReportCell> cells) {
    return cells.stream().filter(cell -> Double.isFinite(of.applyAsDouble(cell))).toList();
  }
}
