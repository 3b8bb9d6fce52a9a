package cadj.kernels.macro;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lists with commas.
final class Arguments {
  private Arguments() {}

  /// Splits at commas outside of brackets; nothing is no argument.
  static List<String> split(@Nullable String text) {
    List<String> parts = new ArrayList<>();
    if (text == null || text.isBlank()) {
      return parts;
    }
    int depth = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      depth += step(text.charAt(i));
      if (text.charAt(i) == ',' && depth == 0) {
        parts.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    parts.add(text.substring(from).strip());
    return parts;
  }

  /// Whether a bracket is not closed yet.
  static boolean isOpen(String text) {
    return text.chars().map(c -> step((char) c)).sum() > 0;
  }

  /// Where the bracket that opens at `open` closes, or -1.
  static int closing(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      depth += step(text.charAt(i));
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }

  private static int step(char c) {
    return switch (c) {
      case '(', '[', '{' -> 1;
      case ')', ']', '}' -> -1;
      default -> 0;
    };
  }
}
