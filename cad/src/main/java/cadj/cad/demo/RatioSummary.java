package cadj.cad.demo;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Measurements at one ratio, over noise seeds.
record RatioSummary(double ratio, long zeroed, Span target, Span others, Span besides) {
  /// Mean and extremes.
  record Span(double mean, double low, double high) {
    private static Span of(List<Measurement> seeds, ToDoubleFunction<Measurement> value) {
      DoubleSummaryStatistics all = seeds.stream().mapToDouble(value).summaryStatistics();
      return new Span(all.getAverage(), all.getMin(), all.getMax());
    }
  }

  /// One row per ratio, in the study's order.
  static List<RatioSummary> of(Study study) {
    List<RatioSummary> out = new ArrayList<>();
    List<Double> ratios = study.measurements().stream().map(Measurement::ratio).distinct().toList();
    for (double ratio : ratios) {
      List<Measurement> seeds =
          study.measurements().stream().filter(m -> m.ratio() == ratio).toList();
      out.add(
          new RatioSummary(
              ratio,
              seeds.getFirst().zeroed(),
              Span.of(seeds, Measurement::targetAfter),
              Span.of(seeds, Measurement::othersAfter),
              Span.of(seeds, Measurement::besidesAfter)));
    }
    return out;
  }
}
