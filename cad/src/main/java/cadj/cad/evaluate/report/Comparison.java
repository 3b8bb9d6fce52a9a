package cadj.cad.evaluate.report;

import cadj.cad.statistics.Holm;
import cadj.cad.statistics.Interval;
import cadj.cad.statistics.PairedDifference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Differences on cells of the same concept and seed, and which of them are no chance.
final class Comparison {
  private Comparison() {}

  /// How much larger a measure is in `second`; null if no cell is in both.
  static @Nullable PairedDifference of(
      Measure measure, List<ReportCell> first, List<ReportCell> second) {
    Map<String, ReportCell> others = new LinkedHashMap<>();
    measure.having(second).forEach(cell -> others.put(cell.pair(), cell));
    List<ReportCell> mine =
        measure.having(first).stream().filter(cell -> others.containsKey(cell.pair())).toList();
    if (mine.isEmpty()) {
      return null;
    }
    double[] x = mine.stream().mapToDouble(measure.of()).toArray();
    double[] y =
        mine.stream().map(cell -> others.get(cell.pair())).mapToDouble(measure.of()).toArray();
    return PairedDifference.of(x, y, Summary.concepts(mine), 0);
  }

  /// The variant that is better than each other one, by more than chance; null if there is none.
  static @Nullable Variant best(Measure measure, List<Variant> variants) {
    Comparator<Variant> byMean =
        Comparator.comparingDouble(variant -> Summary.of(measure, variant.cells()).mean());
    List<Variant> having =
        variants.stream().filter(one -> !measure.having(one.cells()).isEmpty()).toList();
    if (having.size() < 2) {
      return null;
    }
    Variant best =
        having.stream().min(measure.lowerIsBetter() ? byMean : byMean.reversed()).orElseThrow();
    List<Double> ps = new ArrayList<>();
    for (Variant other : having) {
      if (!other.label().equals(best.label())) {
        PairedDifference difference = of(measure, other.cells(), best.cells());
        if (difference == null || difference.mean() > 0 == measure.lowerIsBetter()) {
          return null;
        }
        ps.add(difference.p());
      }
    }
    double[] adjusted = Holm.adjusted(ps.stream().mapToDouble(Double::doubleValue).toArray());
    for (double p : adjusted) {
      if (p >= 1 - Interval.LEVEL) {
        return null;
      }
    }
    return best;
  }
}
