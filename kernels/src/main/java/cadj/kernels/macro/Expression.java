package cadj.kernels.macro;

import cadj.kernels.macro.Value.Argument;
import cadj.kernels.macro.Value.Whole;
import cadj.kernels.macro.Value.Word;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Evaluates an expression of integers and words, with C's operators and precedence: `4*$i+1`,
/// `$stored == f32 && $tile >= 64`. Comparisons give 1 or 0.
final class Expression {
  /// From the loosest on; longer ones stand before those they begin with.
  private static final List<List<String>> LEVELS =
      List.of(
          List.of("||"),
          List.of("&&"),
          List.of("|"),
          List.of("&"),
          List.of("==", "!="),
          List.of("<=", ">=", "<", ">"),
          List.of("<<", ">>"),
          List.of("+", "-"),
          List.of("*", "/", "%"));

  private static final Pattern NUMBER =
      Pattern.compile("0[xX][0-9a-fA-F]+(?![\\w.])|[0-9]+(?![\\w.])");
  private static final Pattern NAME =
      Pattern.compile("\\$\\{([A-Za-z_]\\w*)}|\\$?([A-Za-z_]\\w*)(?![\\w.])");
  private static final Pattern WORD = Pattern.compile("[%.]?\\w[\\w.]*");
  private static final int DEEPEST = 200;

  private final String text;
  private final Scope scope;
  private int depth;
  private int at;

  /// Above 0 where the result does not count: the right side of `0 && …`.
  private int unread;

  private Expression(String text, Scope scope, int depth) {
    this.text = text;
    this.scope = scope;
    this.depth = depth;
  }

  /// @throws IllegalArgumentException saying what is wrong
  static Value of(String text, Scope scope) {
    return of(text, scope, 0);
  }

  private static Value of(String text, Scope scope, int depth) {
    Expression it = new Expression(text, scope, depth);
    try {
      Value value = it.binary(0);
      it.skipSpace();
      if (it.at < text.length()) {
        throw it.expected("an operator");
      }
      return value;
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'%s' is out of range".formatted(text), e);
    }
  }

  static long whole(String text, Scope scope) {
    return new Expression(text, scope, 0).whole(of(text, scope));
  }

  private long whole(Value value) {
    if (unread > 0) {
      return 0;
    }
    return switch (value) {
      case Whole(long number) -> number;
      case Argument(String given, Scope where) -> whole(of(given, where, depth + 1));
      case Word(String word, boolean isName) ->
          throw new IllegalArgumentException("expected an integer, found '%s'".formatted(word));
    };
  }

  private Value binary(int level) {
    if (level == LEVELS.size()) {
      return unary();
    }
    Value left = binary(level + 1);
    while (true) {
      String operator = operator(LEVELS.get(level));
      if (operator.isEmpty()) {
        return left;
      }
      at += operator.length();
      boolean isDecided =
          (operator.equals("&&") && whole(left) == 0)
              || (operator.equals("||") && whole(left) != 0);
      unread += isDecided ? 1 : 0;
      Value right = binary(level + 1);
      unread -= isDecided ? 1 : 0;
      left =
          new Whole(
              isDecided
                  ? bit(operator.equals("||"))
                  : unread > 0 ? 0 : apply(operator, left, right));
    }
  }

  private String operator(List<String> operators) {
    skipSpace();
    for (String it : operators) {
      boolean isPartOfAnother =
          it.length() == 1 && text.startsWith(it + it, at) && "|&<>".contains(it);
      if (text.startsWith(it, at) && !isPartOfAnother) {
        return it;
      }
    }
    return "";
  }

  private long apply(String operator, Value left, Value right) {
    if (operator.equals("==") || operator.equals("!=")) {
      return bit(equal(left, right) == operator.equals("=="));
    }
    long a = whole(left);
    long b = whole(right);
    return switch (operator) {
      case "||" -> bit(a != 0 || b != 0);
      case "&&" -> bit(a != 0 && b != 0);
      case "|" -> a | b;
      case "&" -> a & b;
      case "<" -> bit(a < b);
      case "<=" -> bit(a <= b);
      case ">" -> bit(a > b);
      case ">=" -> bit(a >= b);
      case "<<" -> Math.multiplyExact(a, 1L << shift(b));
      case ">>" -> a >> shift(b);
      case "+" -> Math.addExact(a, b);
      case "-" -> Math.subtractExact(a, b);
      case "*" -> Math.multiplyExact(a, b);
      case "/" -> a / divisor(b);
      default -> a % divisor(b);
    };
  }

  private static long bit(boolean value) {
    return value ? 1 : 0;
  }

  private long shift(long by) {
    if (by < 0 || by > 62) {
      throw new IllegalArgumentException("'%s' shifts by %d".formatted(text, by));
    }
    return by;
  }

  private long divisor(long by) {
    if (by == 0) {
      throw new IllegalArgumentException("'%s' divides by 0".formatted(text));
    }
    return by;
  }

  private boolean equal(Value left, Value right) {
    Value a = settled(left);
    Value b = settled(right);
    requireKnown(a, b);
    requireKnown(b, a);
    return a.text().equals(b.text());
  }

  /// A word beside an integer is a value's name, misspelt.
  private static void requireKnown(Value value, Value other) {
    if (value instanceof Word(String name, boolean isName) && isName && other instanceof Whole) {
      throw new IllegalArgumentException("unknown value '%s'".formatted(name));
    }
  }

  /// An argument's value: an integer if it is one, else its text.
  private Value settled(Value value) {
    if (!(value instanceof Argument(String given, Scope where))) {
      return value;
    }
    try {
      return settled(of(given, where, depth + 1)) instanceof Whole number
          ? number
          : new Word(given, false);
    } catch (IllegalArgumentException noExpression) {
      return new Word(given, false);
    }
  }

  private Value unary() {
    if (++depth > DEEPEST) {
      throw new IllegalArgumentException("'%s' is nested too deeply".formatted(text));
    }
    skipSpace();
    Value value;
    if (take("-")) {
      value = new Whole(Math.negateExact(whole(unary())));
    } else if (take("!")) {
      value = new Whole(bit(whole(unary()) == 0));
    } else if (take("(") || take("$(")) {
      value = binary(0);
      skipSpace();
      if (!take(")")) {
        throw expected("')'");
      }
    } else {
      value = primary();
    }
    depth--;
    return value;
  }

  private boolean take(String what) {
    boolean is = text.startsWith(what, at);
    at += is ? what.length() : 0;
    return is;
  }

  private Value primary() {
    Matcher number = NUMBER.matcher(text).region(at, text.length());
    if (number.lookingAt()) {
      at = number.end();
      return new Whole(parsed(number.group()));
    }
    Matcher name = NAME.matcher(text).region(at, text.length());
    if (name.lookingAt()) {
      String called = name.group(1) == null ? name.group(2) : name.group(1);
      Value value = scope.find(called);
      if (value == null && text.charAt(at) == '$') {
        throw new IllegalArgumentException("unknown value '$%s'".formatted(called));
      }
      at = name.end();
      return value == null ? new Word(called, true) : value;
    }
    Matcher word = WORD.matcher(text).region(at, text.length());
    if (word.lookingAt()) {
      at = word.end();
      return new Word(word.group(), false);
    }
    throw expected("a value");
  }

  private static long parsed(String digits) {
    try {
      return digits.startsWith("0x") || digits.startsWith("0X")
          ? Long.parseLong(digits.substring(2), 16)
          : Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("%s is out of range".formatted(digits), e);
    }
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private IllegalArgumentException expected(String what) {
    String found = at < text.length() ? "'" + text.substring(at).strip() + "'" : "nothing";
    return new IllegalArgumentException(
        "expected %s in '%s', found %s".formatted(what, text, found));
  }
}
