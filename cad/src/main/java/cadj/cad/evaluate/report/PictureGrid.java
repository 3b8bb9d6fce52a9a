package cadj.cad.evaluate.report;

import static cadj.cad.chart.Html.escape;

import java.util.List;
import java.util.regex.Pattern;

/// The pictures of the edits of one concept with one seed, the model as it is before them: files
/// beside the page.
final class PictureGrid {
  /// Nothing that leads out of the folder.
  private static final Pattern NAME = Pattern.compile("pictures/[\\w.+=-]+\\.png");

  private PictureGrid() {}

  /// A folded part for each concept, of the first seed that its edits have.
  static String html(List<Variant> variants, List<ReportCell> cells) {
    StringBuilder out = new StringBuilder();
    List<String> concepts =
        cells.stream().filter(ReportCell::isEdit).map(ReportCell::concept).distinct().toList();
    for (String concept : concepts) {
      String seed =
          cells.stream()
              .filter(cell -> cell.isEdit() && cell.concept().equals(concept))
              .findFirst()
              .orElseThrow()
              .seed();
      StringBuilder row = new StringBuilder();
      cells.stream()
          .filter(cell -> !cell.isEdit() && cell.concept().isEmpty() && cell.seed().equals(seed))
          .forEach(cell -> figures(row, cell, "the model as it is"));
      for (Variant variant : variants) {
        variant.cells().stream()
            .filter(cell -> cell.concept().equals(concept) && cell.seed().equals(seed))
            .forEach(cell -> figures(row, cell, variant.label()));
      }
      if (!row.isEmpty()) {
        out.append(
            "<details><summary>Pictures: %s, seed %s</summary><div class=\"row\">%n%s</div></details>%n"
                .formatted(escape(concept), escape(seed), row));
      }
    }
    return out.toString();
  }

  private static void figures(StringBuilder out, ReportCell cell, String caption) {
    for (String name : cell.pictures()) {
      if (NAME.matcher(name).matches()) {
        out.append(
            "<figure><a href=\"%1$s\"><img loading=\"lazy\" src=\"%1$s\" alt=\"%2$s\"></a><figcaption>%2$s</figcaption></figure>%n"
                .formatted(escape(name), escape(caption + ": " + group(name))));
      }
    }
  }

  /// `pictures/CELL.GROUP.png`
  private static String group(String name) {
    String bare = name.substring(0, name.length() - ".png".length());
    return bare.substring(bare.lastIndexOf('.') + 1);
  }
}
