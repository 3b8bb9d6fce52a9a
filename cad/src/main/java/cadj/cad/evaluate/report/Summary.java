package cadj.cad.evaluate.report;

import cadj.cad.statistics.Bootstrap;
import cadj.cad.statistics.Interval;
import cadj.cad.statistics.PairedDifference;
import cadj.cad.statistics.Proportion;
import cadj.cad.statistics.Resamples;
import cadj.cad.statistics.Sample;
import java.util.Arrays;
import java.util.List;

/// A measure over the cells that have it.
///
/// The interval is the bootstrap's (BCa), of concepts and then of the seeds of each: it says how
/// much the mean would move with other concepts like these and other noise. Where all cells have
/// one and the same share it is Wilson's of all pictures, which takes them for independent.
///
/// @param values a cell each
record Summary(Measure measure, double[] values, Interval interval) {
  static Summary of(Measure measure, List<ReportCell> all) {
    List<ReportCell> cells = measure.having(all);
    double[] values = cells.stream().mapToDouble(measure.of()).toArray();
    return new Summary(measure, values, interval(measure, cells, values));
  }

  private static Interval interval(Measure measure, List<ReportCell> cells, double[] values) {
    if (values.length == 0) {
      return Interval.UNKNOWN;
    }
    if (Arrays.stream(values).allMatch(value -> value == values[0])) {
      return pooled(measure, cells);
    }
    int[] concepts = concepts(cells);
    Resamples resamples = Resamples.clusters(concepts, PairedDifference.DRAWS, 0);
    return Bootstrap.mean(resamples, values).bca(Interval.LEVEL);
  }

  private static Interval pooled(Measure measure, List<ReportCell> cells) {
    int successes = 0;
    int tries = 0;
    for (ReportCell cell : cells) {
      Proportion count = measure.count().apply(cell);
      if (count == null) {
        return Interval.UNKNOWN;
      }
      successes += count.successes();
      tries += count.tries();
    }
    return new Proportion(successes, tries).wilson(Interval.LEVEL);
  }

  /// The number of each cell's concept.
  static int[] concepts(List<ReportCell> cells) {
    List<String> names = cells.stream().map(ReportCell::concept).distinct().toList();
    return cells.stream().mapToInt(cell -> names.indexOf(cell.concept())).toArray();
  }

  /// The median alone.
  static double median(Measure measure, List<ReportCell> all) {
    double[] values = measure.having(all).stream().mapToDouble(measure.of()).toArray();
    return values.length == 0 ? Double.NaN : Sample.median(values);
  }

  boolean isEmpty() {
    return values.length == 0;
  }

  double mean() {
    return isEmpty() ? Double.NaN : Sample.mean(values);
  }

  double median() {
    return isEmpty() ? Double.NaN : Sample.median(values);
  }

  /// The largest where lower is better, else the smallest.
  double worst() {
    return measure.lowerIsBetter()
        ? Arrays.stream(values).max().orElse(Double.NaN)
        : Arrays.stream(values).min().orElse(Double.NaN);
  }

  /// How many cells have at most `bound`.
  long atMost(double bound) {
    return Arrays.stream(values).filter(value -> value <= bound).count();
  }
}
