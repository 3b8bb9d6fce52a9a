package cadj.kernels.macro;

import java.util.function.UnaryOperator;

/// Names in a statement of PTX.
final class Names {
  private Names() {}

  static boolean continues(char c) {
    return c == '_' || c == '$' || (c < 128 && Character.isLetterOrDigit(c));
  }

  /// The statement with each name, of registers `%x` and others, replaced; numbers, modifiers
  /// (`.f32`) and strings are left alone.
  static String replaced(String statement, UnaryOperator<String> name) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < statement.length()) {
      char c = statement.charAt(at);
      int end = at + 1;
      if (c == '"') {
        int close = statement.indexOf('"', end);
        end = close < 0 ? statement.length() : close + 1;
      } else if (c == '%' || c == '.' || continues(c)) {
        while (end < statement.length() && continues(statement.charAt(end))) {
          end++;
        }
      }
      String word = statement.substring(at, end);
      boolean isName = c == '%' || (continues(c) && !Character.isDigit(c));
      out.append(isName ? name.apply(word) : word);
      at = end;
    }
    return out.toString();
  }
}
