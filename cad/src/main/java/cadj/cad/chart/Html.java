package cadj.cad.chart;

/// Text on web pages.
public final class Html {
  private Html() {}

  /// `text` such that it means itself, within an element or a quoted attribute.
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
