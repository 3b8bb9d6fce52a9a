package cadj.cad.ptx;

import cadj.kernels.ptxfile.Argument;
import cadj.kernels.ptxfile.ElementType;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads `i32=1024`, `f32=0.5`, `f32[1024]=random:7`, `bytes=0a0b…` as [Argument]s.
///
/// An array's values are `random:SEED` (floats from −1 to 1, integers from 0 to 99),
/// `random:SEED:LOW:HIGH` (from LOW to below HIGH), `zeros`, `range` (0, 1, 2 …), `empty` (nobody
/// has written them), a list of numbers, or `FILE.safetensors:KEY`.
public final class ArgumentText {
  private static final Pattern FORM = Pattern.compile("([a-z0-9]+)(?:\\[([^\\]]*)\\])?=(.*)");
  private static final int LARGEST = 1 << 30;

  private final String text;

  private ArgumentText(String text) {
    this.text = text;
  }

  /// @throws IllegalArgumentException naming the option, what was expected and found
  public static Argument parse(String text) {
    return new ArgumentText(text).argument();
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException("--arg %s: %s".formatted(text, expected));
  }

  private Argument argument() {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw wrong(
          "expected TYPE=NUMBER, TYPE[LENGTH]=VALUES or bytes=HEX, as i32=8 or f32[8]=zeros");
    }
    String given = form.group(3);
    if (form.group(1).equals("bytes") && form.group(2) == null) {
      try {
        return new Argument.Bytes(HexFormat.of().parseHex(given));
      } catch (IllegalArgumentException e) {
        throw wrong("expected two hexadecimal digits for each byte");
      }
    }
    ElementType type = checked(() -> ElementType.of(form.group(1)));
    return form.group(2) == null
        ? new Argument.Value(type, checked(() -> type.parse(given)))
        : array(type, length(type, form.group(2)), given);
  }

  private interface Parsed<T> {
    T get();
  }

  private <T> T checked(Parsed<T> parsed) {
    try {
      return parsed.get();
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private int length(ElementType type, String length) {
    try {
      int value = Integer.parseInt(length);
      if (value >= 1 && (long) value * type.bytes() <= LARGEST) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw wrong(
        "expected a length from 1 to %d, found %s".formatted(LARGEST / type.bytes(), length));
  }

  private Argument.Array array(ElementType type, int length, String given) {
    if (given.startsWith("random:")) {
      return random(type, length, given.split(":", -1));
    }
    int colon = given.lastIndexOf(':');
    if (colon > 0) {
      return StoredArray.read(
          text, type, length, given.substring(0, colon), given.substring(colon + 1));
    }
    return switch (given) {
      case "empty" -> new Argument.Array(type, length, null);
      case "zeros" -> Argument.Array.of(type, length, i -> 0);
      case "range" -> range(type, length);
      default -> list(type, length, given);
    };
  }

  private Argument.Array range(ElementType type, int length) {
    if (!type.isFloat() && length > 0) {
      checked(() -> type.parse(Integer.toString(length - 1)));
    }
    return Argument.Array.of(type, length, type::bits);
  }

  private Argument.Array list(ElementType type, int length, String given) {
    String[] words = given.split(",", -1);
    if (words.length != length) {
      throw wrong(
          "expected random:SEED, zeros, range, empty, FILE.safetensors:KEY or a list of %d numbers, found %s"
              .formatted(length, words.length == 1 ? given : words.length + " of them"));
    }
    return Argument.Array.of(type, length, i -> checked(() -> type.parse(words[i].strip())));
  }

  /// `random`, seed and perhaps bounds.
  private Argument.Array random(ElementType type, int length, String[] words) {
    if (words.length != 2 && words.length != 4) {
      throw wrong("expected random:SEED or random:SEED:LOW:HIGH");
    }
    SplittableRandom random = new SplittableRandom(checked(() -> ElementType.I64.parse(words[1])));
    boolean bounded = words.length == 4;
    if (type.isFloat()) {
      double low = bounded ? checked(() -> number(words[2])) : -1;
      double high = bounded ? checked(() -> number(words[3])) : 1;
      requireOrder(low < high, words);
      return Argument.Array.of(
          type, length, i -> type.bits(low + (high - low) * random.nextDouble()));
    }
    long low = bounded ? checked(() -> type.parse(words[2])) : 0;
    long high = bounded ? checked(() -> ElementType.I64.parse(words[3])) : 100;
    requireOrder(low < high, words);
    checked(() -> type.parse(Long.toString(high - 1))); // the largest that may come
    return Argument.Array.of(type, length, i -> random.nextLong(low, high));
  }

  private static double number(String word) {
    double value = ElementType.F64.value(ElementType.F64.parse(word));
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("expected a finite number, found " + word);
    }
    return value;
  }

  private void requireOrder(boolean isOrdered, String[] words) {
    if (!isOrdered) {
      throw wrong("expected LOW below HIGH, found %s and %s".formatted(words[2], words[3]));
    }
  }
}
