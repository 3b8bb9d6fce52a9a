package cadj.cad.profile.page;

import static cadj.cad.chart.Html.escape;

import java.util.Locale;

/// A table of figures under construction; rows may form a tree, whose branches fold.
final class HtmlTable {
  private final StringBuilder html = new StringBuilder();

  /// @param style class of the table: `tree`, or empty
  /// @param columns titles; one that begins with `<` is aligned to the left
  HtmlTable(String style, String... columns) {
    html.append("<div class=\"wide\"><table class=\"%s\">\n<tr>".formatted(style));
    for (String column : columns) {
      boolean left = column.startsWith("<");
      html.append(left ? "<th class=\"text\">" : "<th>")
          .append(escape(left ? column.substring(1) : column))
          .append("</th>");
    }
    html.append("</tr>\n");
  }

  HtmlTable row() {
    html.append("<tr>");
    return this;
  }

  /// A row of a tree, with its name.
  ///
  /// @param depth 0 for a root
  /// @param inner whether there are rows below it, which follow
  /// @param open whether those are shown at first
  HtmlTable row(String name, int depth, boolean inner, boolean open) {
    html.append(
        "<tr data-depth=\"%d\"%s><td class=\"name\"><i style=\"width:%.1fem\"></i>%s%s</td>"
            .formatted(
                depth,
                inner && open ? " class=\"open\"" : "",
                1.1 * depth + (inner ? 0 : 1.1),
                inner ? "<button title=\"Fold or unfold\"></button>" : "",
                escape(name)));
    return this;
  }

  HtmlTable cell(String text) {
    html.append("<td>").append(escape(text)).append("</td>");
    return this;
  }

  HtmlTable cell(long count) {
    return cell(String.format(Locale.ROOT, "%,d", count));
  }

  /// Aligned to the left.
  HtmlTable words(String text) {
    html.append("<td class=\"text\">").append(escape(text)).append("</td>");
    return this;
  }

  /// Algorithms or shapes: cut if long, and shown whole when pointed at.
  ///
  /// @param style `brief`, or `brief shape`
  HtmlTable brief(String style, String text) {
    String words = escape(text);
    html.append("<td class=\"%s\" title=\"%s\">%s</td>".formatted(style, words, words));
    return this;
  }

  /// With a bar of that length behind it.
  ///
  /// @param share 0 to 1
  HtmlTable share(double share) {
    html.append(
        String.format(
            Locale.ROOT,
            "<td class=\"share\" style=\"--part:%.1f%%\">%.1f %%</td>",
            100 * Math.clamp(share, 0, 1),
            100 * share));
    return this;
  }

  HtmlTable end() {
    html.append("</tr>\n");
    return this;
  }

  String html() {
    return html + "</table></div>\n";
  }
}
