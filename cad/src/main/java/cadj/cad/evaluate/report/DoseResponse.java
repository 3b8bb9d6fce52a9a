package cadj.cad.evaluate.report;

import static cadj.cad.chart.Html.escape;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Target and others against the one setting in which variants of a method differ, where that is a
/// number.
final class DoseResponse {
  private static final String TARGET = "#d62728";
  private static final String OTHERS = "#1f77b4";

  private DoseResponse() {}

  /// A variant at its dose.
  private record Dosed(double dose, Variant variant) {}

  /// A figure for each method that has such variants.
  static String html(String group, List<Variant> variants, List<ReportCell> cells) {
    Map<String, List<Variant>> byMethod = new LinkedHashMap<>();
    for (Variant variant : variants) {
      byMethod.computeIfAbsent(variant.method(), method -> new ArrayList<>()).add(variant);
    }
    StringBuilder out = new StringBuilder();
    byMethod.forEach(
        (method, of) -> {
          List<Dosed> doses = doses(of);
          if (doses.size() > 1) {
            String setting = of.getFirst().differing().firstEntry().getKey();
            out.append(
                "<figure>%s<figcaption>%s: <span style=\"color:%s\">target</span> and <span style=\"color:%s\">others kept</span> (mean over edits, 95 %% interval)</figcaption></figure>\n"
                    .formatted(plot(group, setting, doses, cells), escape(method), TARGET, OTHERS));
          }
        });
    return out.toString();
  }

  private static List<Dosed> doses(List<Variant> variants) {
    List<Dosed> out = new ArrayList<>();
    for (Variant variant : variants) {
      Double dose =
          variant.differing().size() == 1
              ? dose(variant.differing().firstEntry().getValue())
              : null;
      if (dose == null) {
        return List.of();
      }
      out.add(new Dosed(dose, variant));
    }
    out.sort(Comparator.comparingDouble(Dosed::dose));
    return out;
  }

  private static @Nullable Double dose(String text) {
    try {
      double dose = Double.parseDouble(text);
      return Double.isFinite(dose) ? dose : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String plot(
      String group, String setting, List<Dosed> doses, List<ReportCell> cells) {
    double[] x = doses.stream().mapToDouble(Dosed::dose).toArray();
    Plot plot = new Plot(460, 300, Axis.over(setting, x), Axis.over("share", 0, 1));
    curve(plot, Measure.target(group, cells), doses, TARGET);
    curve(plot, Measure.others(group), doses, OTHERS);
    return plot.svg();
  }

  private static void curve(Plot plot, Measure measure, List<Dosed> doses, String color) {
    List<double[]> line = new ArrayList<>();
    for (Dosed each : doses) {
      Summary summary = Summary.of(measure, each.variant().cells());
      if (summary.isEmpty()) {
        continue;
      }
      line.add(new double[] {each.dose(), summary.mean()});
      if (summary.interval().isKnown()) {
        plot.whisker(
            each.dose(), summary.interval().low(), each.dose(), summary.interval().high(), color);
      }
      plot.dot(each.dose(), summary.mean(), color, 3.5, Numbers.text(summary.mean()));
    }
    if (line.size() > 1) {
      plot.line(line, color, "");
    }
  }
}
