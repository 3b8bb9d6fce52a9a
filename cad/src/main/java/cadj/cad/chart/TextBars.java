package cadj.cad.chart;

import java.util.ArrayList;
import java.util.List;

/// A bar chart for terminals: a line per parameter, negative scores to the left of the axis,
/// positive ones to the right.
public final class TextBars {
  private static final int SHORTEST_BAR = 4;
  private static final String RED = "\u001b[31m";
  private static final String BLUE = "\u001b[34m";
  private static final String PLAIN = "\u001b[0m";

  private TextBars() {}

  /// @param width columns that a line may take, if it is no less than the labels need
  /// @param colour whether the terminal understands colours
  public static List<String> of(List<ParameterScores> parameters, int width, boolean colour) {
    int block = longest(parameters.stream().map(m -> m.label().block()).toList());
    int layer = longest(parameters.stream().map(m -> m.label().layer()).toList());
    String sums = "%+9.2e %+9.2e";
    int rest = width - block - layer - 3 - sums.formatted(0.0, 0.0).length() - 2;
    int bar = Math.max(SHORTEST_BAR, rest / 2);
    double most = ParameterScores.largest(parameters);
    List<String> lines = new ArrayList<>();
    lines.add(
        " ".repeat(block + layer + 3) + " ".repeat(Math.max(0, bar - 8)) + "negative│positive");
    String before = "";
    for (ParameterScores scores : parameters) {
      String name = scores.label().block();
      String left = bar(-scores.negative(), most, bar, '▐');
      String right = bar(scores.positive(), most, bar, '▌');
      lines.add(
          padded(name.equals(before) ? "" : name, block)
              + "  "
              + padded(scores.label().layer(), layer)
              + " "
              + " ".repeat(bar - left.length())
              + painted(left, BLUE, colour)
              + "│"
              + painted(right, RED, colour)
              + " ".repeat(bar - right.length())
              + " "
              + sums.formatted(scores.negative(), scores.positive()));
      before = name;
    }
    return lines;
  }

  private static int longest(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(0);
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  /// Whole blocks, and a half one on the far side of the axis.
  private static String bar(double value, double most, int width, char half) {
    int halves = most == 0 ? 0 : (int) Math.round(2 * width * value / most);
    String whole = "█".repeat(halves / 2);
    if (halves % 2 == 0) {
      return whole;
    }
    return half == '▐' ? half + whole : whole + half;
  }

  private static String painted(String bar, String paint, boolean colour) {
    return colour && !bar.isEmpty() ? paint + bar + PLAIN : bar;
  }
}
