package cadj.cad.evaluate.report;

import static cadj.cad.chart.Html.escape;
import static cadj.cad.evaluate.report.Numbers.text;

import java.util.List;

/// Target and others kept of each concept, methods side by side: means over seeds.
record ConceptTable(String group, List<Variant> variants, List<ReportCell> cells) {
  String html() {
    List<String> concepts =
        cells.stream().filter(ReportCell::isEdit).map(ReportCell::concept).distinct().toList();
    Measure target = Measure.target(group, cells);
    Measure others = Measure.others(group);
    StringBuilder out = new StringBuilder("<table>\n<tr><th>#</th><th>method</th>");
    concepts.forEach(concept -> out.append("<th>").append(escape(concept)).append("</th>"));
    out.append("</tr>\n");
    for (int i = 0; i < variants.size(); i++) {
      out.append("<tr><td>%d</td><td>%s</td>".formatted(i + 1, escape(variants.get(i).label())));
      for (String concept : concepts) {
        List<ReportCell> of =
            variants.get(i).cells().stream()
                .filter(cell -> cell.concept().equals(concept))
                .toList();
        out.append("<td>%s / %s</td>".formatted(text(mean(target, of)), text(mean(others, of))));
      }
      out.append("</tr>\n");
    }
    return out.append("</table>\n").toString();
  }

  private static double mean(Measure measure, List<ReportCell> cells) {
    return measure.having(cells).stream().mapToDouble(measure.of()).average().orElse(Double.NaN);
  }
}
