package cadj.kernels.ptx;

import cadj.kernels.ptx.Token.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses constant expressions over whole numbers, which are C's: `(1 << 4) | 3`, `-8`, `2 *
/// WARP_SZ`.
///
/// Values have 64 bits. A number is signed unless it ends in `U` or does not fit 63 bits; an
/// operator is unsigned where one of its sides is. Comparisons and `!` give 1 or 0. A lone number
/// may also have a point.
final class ConstantExpression {
  private static final int DEEPEST = 64;
  private static final int WARP_SIZE = 32;

  /// Binary operators, those that bind least first.
  private static final List<List<String>> OPERATORS =
      List.of(
          List.of("||"),
          List.of("&&"),
          List.of("|"),
          List.of("^"),
          List.of("&"),
          List.of("==", "!="),
          List.of("<=", ">=", "<", ">"),
          List.of("<<", ">>"),
          List.of("+", "-"),
          List.of("*", "/", "%"));

  private final TokenReader tokens;
  private final String expected;
  private int depth;

  private ConstantExpression(TokenReader tokens, String expected) {
    this.tokens = tokens;
    this.expected = expected;
  }

  private record Value(long bits, boolean isUnsigned) {}

  /// Whether `token` can only be the first of an expression.
  static boolean begins(Token token) {
    return token.is(Kind.NUMBER)
        || token.is("-")
        || token.is("~")
        || token.is("(")
        || token.is("WARP_SZ");
  }

  /// A [Operand.Whole], or a [Operand.Real] if it is one number with a point.
  ///
  /// @param expected what to say is missing where there is none
  static Operand parse(TokenReader tokens, String expected) {
    int sign = tokens.peek().is("-") ? 1 : 0;
    Token number = tokens.peek(sign);
    if (number.is(Kind.NUMBER)
        && Literals.parse(tokens, number, sign == 1) instanceof Operand.Real real) {
      for (int i = 0; i <= sign; i++) {
        tokens.next();
      }
      return real;
    }
    return new Operand.Whole(new ConstantExpression(tokens, expected).choice().bits);
  }

  private void deeper() {
    if (++depth > DEEPEST) {
      throw tokens.trouble(
          tokens.peek().line(), "an expression more than %d deep".formatted(DEEPEST));
    }
  }

  private Value choice() {
    deeper();
    Value condition = binary(0);
    if (tokens.take("?")) {
      Value yes = choice();
      tokens.expect(":");
      Value no = choice();
      condition = condition.bits != 0 ? yes : no;
    }
    depth--;
    return condition;
  }

  private Value binary(int level) {
    if (level == OPERATORS.size()) {
      return unary();
    }
    Value left = binary(level + 1);
    while (true) {
      String operator = operator(level);
      if (operator == null) {
        return left;
      }
      int line = tokens.peek().line();
      for (int i = 0; i < operator.length(); i++) {
        tokens.next();
      }
      left = apply(operator, left, binary(level + 1), line);
    }
  }

  /// The operator of `level` that comes next, or null. One-character operators must not be the
  /// beginning of another: `1 < 2` is, `1 << 2` is not.
  private @Nullable String operator(int level) {
    Token first = tokens.peek();
    Token second = tokens.peek(1);
    if (first.is(Kind.MARK)) {
      for (String it : OPERATORS.get(level)) {
        boolean isWide = it.length() == 2;
        if (first.is(it.substring(0, 1))
            && (isWide ? second.is(it.substring(1)) : !isWide(first, second))) {
          return it;
        }
      }
    }
    return null;
  }

  private static boolean isWide(Token first, Token second) {
    return switch (first.text()) {
      case "<" -> second.is("<") || second.is("=");
      case ">" -> second.is(">") || second.is("=");
      case "&" -> second.is("&");
      case "|" -> second.is("|");
      default -> false;
    };
  }

  private Value unary() {
    deeper();
    Value value;
    if (tokens.take("-")) {
      Value of = unary();
      value = new Value(-of.bits, of.isUnsigned);
    } else if (tokens.take("~")) {
      Value of = unary();
      value = new Value(~of.bits, of.isUnsigned);
    } else if (tokens.take("!")) {
      value = new Value(unary().bits == 0 ? 1 : 0, false);
    } else if (tokens.take("(")) {
      value = parenthesised();
    } else {
      value = number();
    }
    depth--;
    return value;
  }

  /// After `(`: the rest of `(x)`, `(.s64)x` or `(.u64)x`.
  private Value parenthesised() {
    if (!tokens.peek().is(Kind.DOTTED)) {
      Value value = choice();
      tokens.expect(")");
      return value;
    }
    Token type = tokens.next();
    if (!type.is(".s64") && !type.is(".u64")) {
      throw tokens.trouble(type.line(), "expected '.s64' or '.u64', found " + type.quoted());
    }
    tokens.expect(")");
    return new Value(unary().bits, type.is(".u64"));
  }

  private Value number() {
    if (tokens.take("WARP_SZ")) {
      return new Value(WARP_SIZE, false);
    }
    Token token = tokens.expect(Kind.NUMBER, expected);
    if (!(Literals.parse(tokens, token, false) instanceof Operand.Whole(long bits))) {
      throw tokens.trouble(
          token.line(), "expected %s, found %s".formatted(expected, token.quoted()));
    }
    return new Value(bits, bits < 0 || token.text().endsWith("U"));
  }

  private Value apply(String operator, Value left, Value right, int line) {
    boolean isUnsigned = left.isUnsigned || right.isUnsigned;
    long a = left.bits;
    long b = right.bits;
    if (b == 0 && (operator.equals("/") || operator.equals("%"))) {
      throw tokens.trouble(line, "an expression divides by zero");
    }
    int order = isUnsigned ? Long.compareUnsigned(a, b) : Long.compare(a, b);
    return switch (operator) {
      case "*" -> new Value(a * b, isUnsigned);
      case "/" -> new Value(isUnsigned ? Long.divideUnsigned(a, b) : a / b, isUnsigned);
      case "%" -> new Value(isUnsigned ? Long.remainderUnsigned(a, b) : a % b, isUnsigned);
      case "+" -> new Value(a + b, isUnsigned);
      case "-" -> new Value(a - b, isUnsigned);
      case "<<" -> new Value(a << b, left.isUnsigned);
      case ">>" -> new Value(left.isUnsigned ? a >>> b : a >> b, left.isUnsigned);
      case "&" -> new Value(a & b, isUnsigned);
      case "^" -> new Value(a ^ b, isUnsigned);
      case "|" -> new Value(a | b, isUnsigned);
      case "&&" -> truth(a != 0 && b != 0);
      case "||" -> truth(a != 0 || b != 0);
      case "==" -> truth(a == b);
      case "!=" -> truth(a != b);
      case "<" -> truth(order < 0);
      case "<=" -> truth(order <= 0);
      case ">" -> truth(order > 0);
      default -> truth(order >= 0);
    };
  }

  private static Value truth(boolean holds) {
    return new Value(holds ? 1 : 0, false);
  }
}
