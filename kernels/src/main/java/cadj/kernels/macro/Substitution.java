package cadj.kernels.macro;

import java.util.List;

/// Puts values into a line: `$name`, `${name}`, `$(expression)` and `$list(%a, first, count)`.
final class Substitution {
  /// Characters of a line.
  private static final int LONGEST = 1 << 14;

  private static final int MOST_LISTED = 1 << 10;

  private Substitution() {}

  /// @throws IllegalArgumentException saying what is wrong
  static String in(String line, Scope scope) {
    int at = line.indexOf('$');
    if (at < 0) {
      return line;
    }
    StringBuilder out = new StringBuilder();
    int from = 0;
    while (at >= 0) {
      out.append(line, from, at);
      from = at + 1;
      int end = nameEnd(line, from);
      if (line.startsWith("(", from)) {
        int close = closing(line, from);
        out.append(Expression.whole(line.substring(from + 1, close), scope));
        from = close + 1;
      } else if (line.startsWith("list(", from)) {
        int close = closing(line, end);
        out.append(list(line.substring(end + 1, close), scope));
        from = close + 1;
      } else if (line.startsWith("{", from)) {
        int close = closing(line, from);
        out.append(text(line.substring(from + 1, close), scope));
        from = close + 1;
      } else {
        out.append(text(line.substring(from, end), scope));
        from = end;
      }
      if (out.length() > LONGEST) {
        throw new IllegalArgumentException("the line gets too long");
      }
      at = line.indexOf('$', from);
    }
    return out.append(line, from, line.length()).toString();
  }

  private static int nameEnd(String line, int from) {
    int end = from;
    while (end < line.length() && isNamed(line.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isNamed(char c) {
    return c == '_' || (c < 128 && Character.isLetterOrDigit(c));
  }

  private static int closing(String line, int open) {
    int close = Arguments.closing(line, open);
    if (close < 0) {
      throw new IllegalArgumentException(
          "'%s' is not closed".formatted(line.substring(open - 1).strip()));
    }
    return close;
  }

  private static String text(String name, Scope scope) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("expected a name after '$'");
    }
    Value value = scope.find(name);
    if (value == null) {
      throw new IllegalArgumentException("unknown value '$%s'".formatted(name));
    }
    return value.text();
  }

  /// `%a4, %a5, %a6` of `%a, 4, 3`.
  private static String list(String arguments, Scope scope) {
    List<String> parts = Arguments.split(arguments);
    if (parts.size() != 3) {
      throw new IllegalArgumentException(
          "expected $list(name, first, count), found $list(%s)".formatted(arguments));
    }
    String name = in(parts.get(0), scope);
    long first = Expression.whole(parts.get(1), scope);
    long count = Expression.whole(parts.get(2), scope);
    if (count < 0 || count > MOST_LISTED) {
      throw new IllegalArgumentException(
          "$list(%s): %d from %d on".formatted(arguments, count, first));
    }
    StringBuilder list = new StringBuilder();
    for (long i = 0; i < count; i++) {
      list.append(i == 0 ? "" : ", ").append(name).append(first + i);
    }
    return list.toString();
  }
}
