package cadj.cad.evaluate.report;

import cadj.cad.statistics.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/// What is kept of the others against what is left of the target, a point per method and settings,
/// with intervals; methods with several settings as curves, and the Pareto front.
final class TradeOff {
  private TradeOff() {}

  /// @return nothing where the group lacks one of the two
  static String html(String group, List<Variant> variants, List<ReportCell> cells) {
    Measure target = Measure.target(group, cells);
    Measure others = Measure.others(group);
    List<double[]> points = new ArrayList<>();
    List<Interval[]> intervals = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    Map<String, List<double[]>> curves = new LinkedHashMap<>();
    for (int i = 0; i < variants.size(); i++) {
      Variant variant = variants.get(i);
      Summary x = Summary.of(target, variant.cells());
      Summary y = Summary.of(others, variant.cells());
      if (!x.isEmpty() && !y.isEmpty()) {
        double[] point = {x.mean(), y.mean()};
        points.add(point);
        intervals.add(new Interval[] {x.interval(), y.interval()});
        numbers.add(i);
        curves.computeIfAbsent(variant.method(), method -> new ArrayList<>()).add(point);
      }
    }
    if (points.isEmpty()) {
      return "";
    }
    Plot plot =
        new Plot(
            560,
            380,
            Axis.over(
                "target: share still seen",
                DoubleStream.concat(DoubleStream.of(0, 1), ends(points, 0)).toArray()),
            Axis.over(
                "others kept", DoubleStream.concat(DoubleStream.of(1), ends(points, 1)).toArray()));
    // better is towards less of the target where it was erased, else towards more
    int sign = target.lowerIsBetter() ? 1 : -1;
    List<double[]> front =
        ParetoFront.stairs(
            ParetoFront.of(
                points.stream().map(point -> new double[] {sign * point[0], point[1]}).toList()));
    plot.line(
        front.stream().map(point -> new double[] {sign * point[0], point[1]}).toList(),
        "#999",
        "5 4");
    curves.values().stream()
        .filter(curve -> curve.size() > 1)
        .forEach(curve -> plot.line(curve, "#bbb", ""));
    for (int i = 0; i < points.size(); i++) {
      draw(plot, points.get(i), intervals.get(i), numbers.get(i), variants);
    }
    return "<figure>%s<figcaption>Numbers are those of the table; thin lines: 95 %% intervals; dashed: what no other point beats in both (Pareto front)</figcaption></figure>%n"
        .formatted(plot.svg());
  }

  private static DoubleStream ends(List<double[]> points, int axis) {
    return points.stream().mapToDouble(point -> point[axis]);
  }

  private static void draw(
      Plot plot, double[] at, Interval[] intervals, int number, List<Variant> variants) {
    String color = Plot.color(number);
    if (intervals[0].isKnown()) {
      plot.whisker(intervals[0].low(), at[1], intervals[0].high(), at[1], color);
    }
    if (intervals[1].isKnown()) {
      plot.whisker(at[0], intervals[1].low(), at[0], intervals[1].high(), color);
    }
    String title =
        "%s: target %s, others kept %s"
            .formatted(variants.get(number).label(), Numbers.text(at[0]), Numbers.text(at[1]));
    plot.dot(at[0], at[1], color, 4.5, title).label(at[0], at[1], "" + (number + 1));
  }
}
