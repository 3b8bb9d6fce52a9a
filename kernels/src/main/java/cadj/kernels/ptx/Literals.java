package cadj.kernels.ptx;

import java.util.regex.Pattern;

/// Parses number literals.
final class Literals {
  private static final Pattern SINGLE = Pattern.compile("0[fF][0-9a-fA-F]{8}");
  private static final Pattern DOUBLE = Pattern.compile("0[dD][0-9a-fA-F]{16}");
  private static final Pattern HEX = Pattern.compile("0[xX][0-9a-fA-F]+U?");
  private static final Pattern BINARY = Pattern.compile("0[bB][01]+U?");
  private static final Pattern OCTAL = Pattern.compile("0[0-7]+U?");
  private static final Pattern DECIMAL = Pattern.compile("(0|[1-9][0-9]*)U?");
  private static final Pattern POINT =
      Pattern.compile("([0-9]+\\.[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+");

  private Literals() {}

  /// A [Operand.Whole] or [Operand.Real].
  static Operand parse(TokenReader tokens, Token token, boolean negative) {
    String text = token.text();
    if (SINGLE.matcher(text).matches()) {
      double value = Float.intBitsToFloat((int) Long.parseLong(text.substring(2), 16));
      return new Operand.Real(negative ? -value : value, false);
    }
    if (DOUBLE.matcher(text).matches()) {
      double value = Double.longBitsToDouble(Long.parseUnsignedLong(text.substring(2), 16));
      return new Operand.Real(negative ? -value : value, true);
    }
    if (POINT.matcher(text).matches()) {
      double value = Double.parseDouble(text);
      return new Operand.Real(negative ? -value : value, true);
    }
    long value = whole(tokens, token);
    return new Operand.Whole(negative ? -value : value);
  }

  private static long whole(TokenReader tokens, Token token) {
    String text = token.text();
    int radix;
    int skip;
    if (HEX.matcher(text).matches()) {
      radix = 16;
      skip = 2;
    } else if (BINARY.matcher(text).matches()) {
      radix = 2;
      skip = 2;
    } else if (DECIMAL.matcher(text).matches()) {
      radix = 10;
      skip = 0;
    } else if (OCTAL.matcher(text).matches()) {
      radix = 8;
      skip = 1;
    } else {
      throw tokens.trouble(token.line(), token.quoted() + " is no number");
    }
    String digits = text.substring(skip, text.endsWith("U") ? text.length() - 1 : text.length());
    try {
      return Long.parseUnsignedLong(digits, radix);
    } catch (NumberFormatException tooLarge) {
      throw tokens.trouble(token.line(), token.quoted() + " does not fit 64 bits");
    }
  }
}
