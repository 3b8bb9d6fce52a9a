package cadj.cad.unit;

import static cadj.cad.chart.Html.escape;

import cadj.cad.picture.PngFile;

/// Pictures with and without a unit side by side, for a page: below each pair what a judge sees in
/// both, and the mean change of a level.
final class TriedPictures {
  private TriedPictures() {}

  static String html(DrawnWithout all, DrawnWithout.Unit tried) {
    StringBuilder html = new StringBuilder();
    html.append(
        "<div class=\"tried\">With it (left) and without it, from the same noise: levels change by %.2f of 255 on average.<br>%n"
            .formatted(DrawnText.meanChange(tried)));
    for (int n = 0; n < tried.after().size(); n++) {
      DrawnWithout.Picture before = all.before().get(n);
      DrawnWithout.Picture after = tried.after().get(n);
      html.append(
          "<figure title=\"%s\"><img alt=\"with\" src=\"%s\"> <img alt=\"without\" src=\"%s\"><figcaption>%s<br><span%s>%s</span>%.2f</figcaption></figure>%n"
              .formatted(
                  escape(all.prompts().get(n)),
                  PngFile.dataUri(before.image()),
                  PngFile.dataUri(after.image()),
                  escape(String.join(", ", before.seen())),
                  before.seen().equals(after.seen()) ? "" : " class=\"other\"",
                  after.seen().isEmpty()
                      ? ""
                      : escape("→ " + String.join(", ", after.seen())) + "<br>",
                  tried.changes().get(n).mean()));
    }
    return html.append("</div>\n").toString();
  }
}
