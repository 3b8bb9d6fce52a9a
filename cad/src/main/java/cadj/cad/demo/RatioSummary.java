package cadj.cad.demo;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Measurements at one ratio: means and extremes over noise seeds.
record RatioSummary(
    double ratio,
    long zeroed,
    double target,
    double targetLow,
    double targetHigh,
    double others,
    double othersLow,
    double othersHigh) {
  /// One row per ratio, in the study's order.
  static List<RatioSummary> of(Study study) {
    List<RatioSummary> out = new ArrayList<>();
    List<Double> ratios = study.measurements().stream().map(Measurement::ratio).distinct().toList();
    for (double ratio : ratios) {
      List<Measurement> seeds =
          study.measurements().stream().filter(m -> m.ratio() == ratio).toList();
      DoubleSummaryStatistics target = over(seeds, Measurement::targetAfter);
      DoubleSummaryStatistics others = over(seeds, Measurement::othersAfter);
      out.add(
          new RatioSummary(
              ratio,
              seeds.getFirst().zeroed(),
              target.getAverage(),
              target.getMin(),
              target.getMax(),
              others.getAverage(),
              others.getMin(),
              others.getMax()));
    }
    return out;
  }

  private static DoubleSummaryStatistics over(
      List<Measurement> seeds, ToDoubleFunction<Measurement> value) {
    return seeds.stream().mapToDouble(value).summaryStatistics();
  }
}
