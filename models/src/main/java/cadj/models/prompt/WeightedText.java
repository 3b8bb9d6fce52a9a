package cadj.models.prompt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A piece of a prompt and its weight, in the notation of AUTOMATIC1111's web interface:
///
/// ```
/// (word)       weight 1.1            ((word))   1.1·1.1
/// (word:1.3)   weight 1.3            [word]     1/1.1
/// \( \) \[ \] \\                     the sign itself
/// ```
///
/// Nested brackets multiply. A bracket that is not closed reaches to the end, one that was not
/// opened is text.
///
/// @param weight 1 for what stands in no brackets
public record WeightedText(String text, double weight) {
  private static final double BRACKET = 1.1;

  /// Escapes, brackets, `:1.3)`, text, a single colon.
  private static final Pattern SIGN =
      Pattern.compile(
          "\\\\[()\\[\\]\\\\]|\\\\|\\(|\\[|:\\s*([+-]?[.\\d]+)\\s*\\)|\\)|\\]|[^\\\\()\\[\\]:]+|:");

  /// The pieces of `prompt`; neighbours of one weight are one piece.
  ///
  /// @throws IllegalArgumentException for a weight that is no number
  public static List<WeightedText> parse(String prompt) {
    List<WeightedText> pieces = new ArrayList<>();
    Deque<Integer> round = new ArrayDeque<>();
    Deque<Integer> square = new ArrayDeque<>();
    Matcher sign = SIGN.matcher(prompt);
    while (sign.find()) {
      String text = sign.group();
      String weight = sign.group(1);
      if (text.startsWith("\\")) {
        pieces.add(new WeightedText(text.substring(1), 1));
      } else if (text.equals("(")) {
        round.push(pieces.size());
      } else if (text.equals("[")) {
        square.push(pieces.size());
      } else if (weight != null && !round.isEmpty()) {
        multiply(pieces, round.pop(), number(weight, prompt));
      } else if (text.equals(")") && !round.isEmpty()) {
        multiply(pieces, round.pop(), BRACKET);
      } else if (text.equals("]") && !square.isEmpty()) {
        multiply(pieces, square.pop(), 1 / BRACKET);
      } else {
        pieces.add(new WeightedText(text, 1));
      }
    }
    round.forEach(from -> multiply(pieces, from, BRACKET));
    square.forEach(from -> multiply(pieces, from, 1 / BRACKET));
    return joined(pieces);
  }

  private static void multiply(List<WeightedText> pieces, int from, double factor) {
    for (int i = from; i < pieces.size(); i++) {
      pieces.set(i, new WeightedText(pieces.get(i).text, pieces.get(i).weight * factor));
    }
  }

  private static double number(String weight, String prompt) {
    try {
      return Double.parseDouble(weight);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "prompt weight: expected a number such as 1.3, got %s in %s".formatted(weight, prompt),
          e);
    }
  }

  private static List<WeightedText> joined(List<WeightedText> pieces) {
    List<WeightedText> joined = new ArrayList<>();
    for (WeightedText piece : pieces) {
      if (!joined.isEmpty() && joined.getLast().weight == piece.weight) {
        joined.set(
            joined.size() - 1, new WeightedText(joined.getLast().text + piece.text, piece.weight));
      } else {
        joined.add(piece);
      }
    }
    return joined;
  }
}
