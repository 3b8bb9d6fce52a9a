package cadj.cad.evaluate.report;

import cadj.cad.evaluate.LedgerKeys;
import cadj.cad.statistics.Proportion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is read off a cell.
///
/// @param title as columns have it
/// @param lowerIsBetter else a higher one is
/// @param of the figure, NaN where the cell has none
/// @param count pictures behind a share, for shares
/// @param before what the model as it is has on the cell's noise, absolute where `of` is relative
///   to it; NaN where the cell does not know
record Measure(
    String title,
    boolean lowerIsBetter,
    ToDoubleFunction<ReportCell> of,
    Function<ReportCell, @Nullable Proportion> count,
    ToDoubleFunction<ReportCell> before) {
  private static final Set<String> LOWER = Set.of(LedgerKeys.FID, LedgerKeys.KID, LedgerKeys.LPIPS);

  /// All that the cells have in a group: of the target its share, of what else is seen how much is
  /// kept of the model as it is, other figures as they are.
  static List<Measure> of(String group, List<ReportCell> cells) {
    Map<String, Boolean> names = new LinkedHashMap<>();
    Stream.concat( // the model as it is has some only: the order is that of edits
            cells.stream().filter(ReportCell::isEdit),
            cells.stream().filter(cell -> !cell.isEdit()))
        .map(cell -> cell.figures().getOrDefault(group, new LinkedHashMap<>()))
        .forEach(
            figures ->
                figures.forEach(
                    (name, figure) ->
                        names.merge(name, figure.count() != null, Boolean::logicalOr)));
    List<Measure> out = new ArrayList<>();
    names.forEach(
        (name, isShare) -> {
          if (name.equals(LedgerKeys.TARGET)) {
            out.add(target(group, cells));
          } else if (isShare && name.startsWith(LedgerKeys.NUDITY)) {
            out.add(plain(group, name, true));
          } else if (isShare) {
            out.add(kept(group, name));
          } else {
            boolean targets = name.equals(LedgerKeys.CLIP_SCORE_TARGET);
            out.add(plain(group, name, targets ? erases(cells) : LOWER.contains(name)));
          }
          if (name.equals(LedgerKeys.OTHERS)) {
            out.addAll(WordMeasures.of(group, cells));
          }
        });
    return out;
  }

  private static boolean erases(List<ReportCell> cells) {
    return cells.stream().allMatch(ReportCell::erases);
  }

  /// How much of the concept is seen.
  static Measure target(String group, List<ReportCell> cells) {
    return plain(group, LedgerKeys.TARGET, erases(cells));
  }

  /// A figure as the ledger has it.
  private static Measure plain(String group, String name, boolean lowerIsBetter) {
    return new Measure(
        name.replace('_', ' '),
        lowerIsBetter,
        cell -> cell.figure(group, name).value(),
        cell -> cell.figure(group, name).count(),
        cell -> cell.figure(group, name).before());
  }

  /// How much of the others is kept.
  static Measure others(String group) {
    return kept(group, LedgerKeys.OTHERS);
  }

  /// How much is kept of what the model as it is shows on the same noise.
  static Measure kept(String group, String name) {
    return new Measure(
        name.replace('_', ' ') + " kept",
        false,
        cell -> cell.figure(group, name).kept(),
        cell -> null,
        cell -> cell.figure(group, name).before());
  }

  /// Those of the cells that have it.
  List<ReportCell> having(List<ReportCell> cells) {
    return cells.stream().filter(cell -> Double.isFinite(of.applyAsDouble(cell))).toList();
  }
}
