package cadj.cad.evaluate.report;

import static cadj.cad.chart.Html.escape;
import static cadj.cad.evaluate.report.Numbers.text;

import cadj.cad.statistics.LinearFit;
import cadj.cad.statistics.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/// How well estimators predict what zeroing a set of weights does: medians over concepts with their
/// range, and every set as a point.
final class PredictionSection {
  private PredictionSection() {}

  /// @return nothing where no cell predicted anything
  static String html(List<ReportCell> cells) {
    SequencedMap<String, SequencedMap<String, List<PredictionLine>>> all = new LinkedHashMap<>();
    for (ReportCell cell : cells) {
      for (PredictionLine line : cell.predictions()) {
        all.computeIfAbsent(line.title(), title -> new LinkedHashMap<>())
            .computeIfAbsent(line.estimator(), estimator -> new ArrayList<>())
            .add(line);
      }
    }
    StringBuilder out = new StringBuilder();
    all.forEach((title, byEstimator) -> section(out, title, byEstimator));
    return out.toString();
  }

  private static void section(
      StringBuilder out, String title, SequencedMap<String, List<PredictionLine>> byEstimator) {
    out.append("<h4>%s</h4>\n".formatted(escape(title)));
    out.append(
        "<table><tr><th>estimator</th><th>runs</th><th>cost</th><th>Pearson r</th><th>Spearman"
            + " ρ</th><th>slope</th><th>predicted / true mean</th><th>signs right</th></tr>\n");
    byEstimator.forEach(
        (estimator, lines) ->
            out.append(
                "<tr><td>%s</td><td>%d</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>%n"
                    .formatted(
                        escape(estimator),
                        lines.size(),
                        text(median(lines, PredictionLine::cost)),
                        spread(lines, PredictionLine::pearson),
                        spread(lines, PredictionLine::spearman),
                        spread(lines, PredictionLine::slope),
                        spread(lines, PredictionLine::meanRatio),
                        spread(lines, PredictionLine::signsRight))));
    out.append("</table>\n<details><summary>Every set</summary><div class=\"row\">\n");
    byEstimator.forEach(
        (estimator, lines) ->
            out.append(
                "<figure>%s<figcaption>%s</figcaption></figure>%n"
                    .formatted(scatter(lines), escape(estimator))));
    out.append("</div></details>\n");
  }

  private static double[] known(
      List<PredictionLine> lines, ToDoubleFunction<PredictionLine> figure) {
    return lines.stream().mapToDouble(figure).filter(Double::isFinite).sorted().toArray();
  }

  private static double median(
      List<PredictionLine> lines, ToDoubleFunction<PredictionLine> figure) {
    double[] known = known(lines, figure);
    return known.length == 0 ? Double.NaN : Sample.median(known);
  }

  private static String spread(
      List<PredictionLine> lines, ToDoubleFunction<PredictionLine> figure) {
    double[] known = known(lines, figure);
    return known.length < 2
        ? text(median(lines, figure))
        : "%s <small>%s to %s</small>"
            .formatted(text(Sample.median(known)), text(known[0]), text(known[known.length - 1]));
  }

  /// True against predicted, a colour per run, with the diagonal and each run's regression line.
  private static String scatter(List<PredictionLine> lines) {
    double[] predicted = points(lines, 0);
    double[] truth = points(lines, 1);
    Axis x = Axis.over("predicted change", predicted);
    Axis y = Axis.over("true change", truth);
    Plot plot = new Plot(340, 280, x, y);
    LinearFit diagonal = new LinearFit(1, 0);
    plot.line(List.of(at(diagonal, x.low()), at(diagonal, x.high())), "#999", "5 4");
    for (int run = 0; run < lines.size(); run++) {
      List<double[]> points = lines.get(run).points();
      for (double[] point : points) {
        plot.dot(point[0], point[1], Plot.color(run), 2.2, text(point[0]) + " → " + text(point[1]));
      }
      if (points.size() > 2) {
        double[] ofRun = points(List.of(lines.get(run)), 0);
        LinearFit fit = LinearFit.withIntercept(ofRun, points(List.of(lines.get(run)), 1));
        if (Double.isFinite(fit.slope())) {
          plot.line(List.of(at(fit, x.low()), at(fit, x.high())), Plot.color(run), "");
        }
      }
    }
    return plot.svg();
  }

  private static double[] at(LinearFit fit, double x) {
    return new double[] {x, fit.intercept() + fit.slope() * x};
  }

  private static double[] points(List<PredictionLine> lines, int side) {
    return lines.stream()
        .flatMap(line -> line.points().stream())
        .mapToDouble(point -> point[side])
        .toArray();
  }
}
