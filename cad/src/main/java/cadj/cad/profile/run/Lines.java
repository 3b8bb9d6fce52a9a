package cadj.cad.profile.run;

import cadj.cad.profile.ProfileText;
import java.util.ArrayList;
import java.util.List;

/// Lines of text, none wider than there are columns, and how times and names are written in them.
final class Lines {
  /// Columns of the name of a phase or module, at most.
  private static final int NAME = 44;

  private static final int SHORTEST_NAME = 16;

  private final int width;
  private final List<String> lines = new ArrayList<>();

  Lines(int width) {
    this.width = width;
  }

  void add(String line, Object... values) {
    String text = line.formatted(values).stripTrailing();
    lines.add(cut(text, width));
  }

  /// Columns that a name may take beside `others`.
  int name(int others) {
    return Math.clamp(width - others, SHORTEST_NAME, NAME);
  }

  /// Whether there are as many columns.
  boolean have(int columns) {
    return width >= columns;
  }

  List<String> all() {
    return lines;
  }

  /// A name in a tree, in `columns`.
  static String indented(String name, int depth, int columns) {
    return cut("  ".repeat(depth) + name, columns);
  }

  /// `text` in `columns` at most.
  static String cut(String text, int columns) {
    return text.length() > columns ? text.substring(0, columns - 1) + "…" : text;
  }

  static String percent(long part, long whole) {
    return whole == 0 ? "" : ProfileText.percent((double) part / whole);
  }

  /// Of nanoseconds; empty for none.
  static String seconds(long nanos) {
    return nanos == 0 ? "" : time(1e-9 * nanos);
  }

  static String time(double seconds) {
    if (seconds >= 100) {
      return "%.0f s".formatted(seconds);
    }
    if (seconds >= 1) {
      return "%.2f s".formatted(seconds);
    }
    return seconds >= 1e-3
        ? "%.2f ms".formatted(1e3 * seconds)
        : "%.2f µs".formatted(1e6 * seconds);
  }

  /// What ran, and on what it took longest.
  static String words(Totals totals) {
    return String.join("; ", totals.algorithms())
        + (totals.algorithms().isEmpty() ? "" : "; ")
        + totals.heaviestShape();
  }
}
