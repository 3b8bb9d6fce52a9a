package cadj.kernels.emulator.run;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.function.IntToLongFunction;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A format string of C's `printf` with its values in place.
final class FormatString {
  private static final Pattern CONVERSION =
      Pattern.compile("%([-+ #0]*)(\\*|\\d+)?(?:\\.(\\*|\\d*))?(hh|h|ll|l|z|t|j|L)?([a-zA-Z%])");
  private static final int WIDEST = 4096;

  private final IntToLongFunction values;
  private final LongFunction<String> strings;
  private final StringBuilder text = new StringBuilder();
  private int conversions;

  /// @param values gives the bits of the next value, of so many bytes
  /// @param strings gives the string at an address
  FormatString(String format, IntToLongFunction values, LongFunction<String> strings) {
    this.values = values;
    this.strings = strings;
    Matcher matcher = CONVERSION.matcher(format);
    int done = 0;
    while (matcher.find()) {
      text.append(format, done, matcher.start());
      text.append(conversion(matcher));
      done = matcher.end();
    }
    text.append(format.substring(done));
  }

  String text() {
    return text.toString();
  }

  int conversions() {
    return conversions;
  }

  /// Flags, width and precision.
  ///
  /// @param precision −1 if not given
  private record Layout(
      boolean left,
      boolean plus,
      boolean blank,
      boolean form,
      boolean zeros,
      int width,
      int precision) {
    /// `body` after `sign`, padded.
    String pad(String sign, String body, boolean mayHaveZeros) {
      int missing = width - sign.length() - body.length();
      if (missing <= 0) {
        return sign + body;
      }
      if (left) {
        return sign + body + " ".repeat(missing);
      }
      return zeros && mayHaveZeros
          ? sign + "0".repeat(missing) + body
          : " ".repeat(missing) + sign + body;
    }

    String sign(boolean negative) {
      return negative ? "-" : plus ? "+" : blank ? " " : "";
    }
  }

  private String conversion(Matcher it) {
    char kind = it.group(5).charAt(0);
    if (kind == '%') {
      return "%";
    }
    String flags = it.group(1);
    int width = size(it.group(2), 0);
    int precision = it.group(3) == null ? -1 : size(it.group(3), 0);
    boolean left = flags.contains("-") || width < 0;
    Layout layout =
        new Layout(
            left,
            flags.contains("+"),
            flags.contains(" "),
            flags.contains("#"),
            flags.contains("0"),
            Math.min(Math.abs(width), WIDEST),
            Math.min(precision, WIDEST));
    String length = it.group(4) == null ? "" : it.group(4);
    conversions++;
    return switch (kind) {
      case 'd', 'i' -> signed(layout, integer(length, true));
      case 'u', 'o', 'x', 'X' -> unsigned(layout, kind, integer(length, false));
      case 'c' -> layout.pad("", String.valueOf((char) (values.applyAsLong(4) & 0xff)), false);
      case 's' -> string(layout);
      case 'p' -> layout.pad("", "0x" + Long.toHexString(values.applyAsLong(8)), false);
      case 'f', 'F', 'e', 'E', 'g', 'G', 'a', 'A' -> floating(layout, kind);
      default -> {
        conversions--;
        yield it.group();
      }
    };
  }

  private int size(String given, int otherwise) {
    if (given == null || given.isEmpty()) {
      return otherwise;
    }
    if (given.equals("*")) {
      return (int) values.applyAsLong(4);
    }
    return given.length() > 6 ? WIDEST : Integer.parseInt(given);
  }

  private long integer(String length, boolean isSigned) {
    boolean isLong =
        switch (length) {
          case "l", "ll", "z", "t", "j" -> true;
          default -> false;
        };
    if (isLong) {
      return values.applyAsLong(8);
    }
    long value = values.applyAsLong(4);
    return switch (length) {
      case "hh" -> isSigned ? (byte) value : value & 0xff;
      case "h" -> isSigned ? (short) value : value & 0xffff;
      default -> isSigned ? (int) value : value & 0xffffffffL;
    };
  }

  private static String digits(Layout layout, String digits) {
    String enough = "0".repeat(Math.max(0, layout.precision - digits.length())) + digits;
    return layout.precision == 0 && digits.equals("0") ? "" : enough;
  }

  private static String signed(Layout layout, long value) {
    String digits = digits(layout, Long.toUnsignedString(Math.abs(value)));
    return layout.pad(layout.sign(value < 0), digits, layout.precision < 0);
  }

  private static String unsigned(Layout layout, char kind, long value) {
    String digits =
        switch (kind) {
          case 'o' -> Long.toOctalString(value);
          case 'x' -> Long.toHexString(value);
          case 'X' -> Long.toHexString(value).toUpperCase(Locale.ROOT);
          default -> Long.toUnsignedString(value);
        };
    String prefix =
        layout.form && value != 0 ? kind == 'o' ? "0" : kind == 'u' ? "" : "0" + kind : "";
    return layout.pad(prefix, digits(layout, digits), layout.precision < 0);
  }

  private String string(Layout layout) {
    String whole = strings.apply(values.applyAsLong(8));
    int end = layout.precision < 0 ? whole.length() : Math.min(layout.precision, whole.length());
    return layout.pad("", whole.substring(0, end), false);
  }

  private String floating(Layout layout, char kind) {
    double value = Double.longBitsToDouble(values.applyAsLong(8));
    String sign = layout.sign(Double.doubleToRawLongBits(value) < 0);
    boolean isUpper = Character.isUpperCase(kind);
    if (!Double.isFinite(value)) {
      String word = Double.isNaN(value) ? "nan" : "inf";
      return layout.pad(sign, isUpper ? word.toUpperCase(Locale.ROOT) : word, false);
    }
    double size = Math.abs(value);
    int precision = layout.precision < 0 ? 6 : layout.precision;
    String body =
        switch (Character.toLowerCase(kind)) {
          case 'f' -> fixed(size, precision);
          case 'e' -> exponential(size, precision);
          case 'g' -> general(size, Math.max(1, precision), layout.form);
          default ->
              Double.toHexString(size).replaceFirst("\\.0p", "p").replaceFirst("p(\\d)", "p+$1");
        };
    return layout.pad(sign, isUpper ? body.toUpperCase(Locale.ROOT) : body, true);
  }

  private static String fixed(double size, int precision) {
    return new BigDecimal(size).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String exponential(double size, int precision) {
    BigDecimal rounded =
        new BigDecimal(size).round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
    int exponent = size == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    String digits = size == 0 ? "0".repeat(precision + 1) : rounded.unscaledValue().toString();
    digits = digits + "0".repeat(Math.max(0, precision + 1 - digits.length()));
    String fraction = precision == 0 ? "" : "." + digits.substring(1, precision + 1);
    return "%c%se%c%02d"
        .formatted(digits.charAt(0), fraction, exponent < 0 ? '-' : '+', Math.abs(exponent));
  }

  private static String general(double size, int precision, boolean keepsZeros) {
    String scientific = exponential(size, precision - 1);
    int exponent = Integer.parseInt(scientific.substring(scientific.indexOf('e') + 1));
    boolean isFixed = exponent >= -4 && exponent < precision;
    String body =
        isFixed
            ? fixed(size, precision - 1 - exponent)
            : scientific.substring(0, scientific.indexOf('e'));
    if (!keepsZeros && body.contains(".")) {
      body = body.replaceFirst("\\.?0+$", "");
    }
    return isFixed ? body : body + scientific.substring(scientific.indexOf('e'));
  }
}
