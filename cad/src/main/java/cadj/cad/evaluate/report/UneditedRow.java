package cadj.cad.evaluate.report;

import static cadj.cad.evaluate.report.Numbers.text;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The model as it is, absolute, on the noise of the edits of a table: the mean over concepts and
/// seeds, each once however many methods edited it.
record UneditedRow(List<Variant> variants, List<ReportCell> cells) {
  /// @return a mean for each measure; NaN where the ledger has none
  double of(Measure measure) {
    Map<String, Double> byPair = new LinkedHashMap<>();
    for (Variant variant : variants) {
      variant.cells().forEach(cell -> add(byPair, cell, measure.before()));
    }
    if (byPair.isEmpty()) {
      // its own cells tell what edits do not repeat
      cells.stream()
          .filter(cell -> !cell.isEdit())
          .forEach(cell -> add(byPair, cell, measure.of()));
    }
    return mean(byPair.values());
  }

  private static void add(
      Map<String, Double> byPair, ReportCell cell, ToDoubleFunction<ReportCell> figure) {
    double value = figure.applyAsDouble(cell);
    if (Double.isFinite(value)) {
      byPair.putIfAbsent(cell.pair(), value);
    }
  }

  private static double mean(Collection<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  /// A table's first row, with the cells of [FigureTable].
  String html(List<Measure> measures) {
    StringBuilder out = new StringBuilder("<tr><td></td><td>the model as it is</td><td></td>");
    for (Measure measure : measures) {
      out.append("<td><em>%s</em></td>".formatted(text(of(measure))));
      out.append("<td></td>".repeat(FigureTable.columns(measure) - 1));
    }
    return out.append("<td></td><td></td><td></td></tr>\n").toString();
  }
}
