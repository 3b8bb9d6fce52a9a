package cadj.tensor.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Damages files by chance: bits, lengths, and the words, numbers and brackets of JSON.
///
/// Texts are taken as Latin-1, so that any bytes are one.
///
/// @param pieces what may be put in a text, beside the numbers that every text may get
public record Mutator(Random random, List<String> pieces) {
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern TOKEN =
      Pattern.compile("\"[^\"]*\"|\\d+|[\\[\\]{}:,]", Pattern.DOTALL);

  /// Numbers at borders, of other types, or none.
  public static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "1",
          "1.5",
          "1e3",
          "2147483647",
          "2147483648",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "1e400",
          "-0",
          "00",
          "NaN",
          "null",
          "\"4\"");

  /// Flips a bit among the first `within` bytes.
  public byte[] flip(byte[] bytes, int within) {
    byte[] out = bytes.clone();
    out[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
    return out;
  }

  public byte[] truncate(byte[] bytes) {
    return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
  }

  /// Zeros at the end.
  public byte[] lengthen(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(16));
  }

  /// Changes, adds or copies one number or token.
  public String edit(String text) {
    return switch (random.nextInt(4)) {
      case 0 -> replace(text, NUMBER, NUMBERS);
      case 1 -> replace(text, TOKEN, pieces);
      case 2 -> copyToken(text);
      default -> nudgeNumber(text);
    };
  }

  /// Any damage to a file that is all text.
  public byte[] mutate(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {1};
    }
    return switch (random.nextInt(8)) {
      case 0, 1 -> flip(bytes, bytes.length);
      case 2 -> truncate(bytes);
      case 3 -> lengthen(bytes);
      default -> edit(new String(bytes, ISO_8859_1)).getBytes(ISO_8859_1);
    };
  }

  /// Replaces one match, or puts something before it.
  private String replace(String text, Pattern what, List<String> replacements) {
    List<MatchResult> found = what.matcher(text).results().toList();
    if (found.isEmpty()) {
      return text;
    }
    MatchResult match = found.get(random.nextInt(found.size()));
    String piece = replacements.get(random.nextInt(replacements.size()));
    int end = random.nextBoolean() ? match.end() : match.start();
    return text.substring(0, match.start()) + piece + text.substring(end);
  }

  /// Copies one token over another: names repeat, types and sizes change places.
  private String copyToken(String text) {
    List<MatchResult> tokens = TOKEN.matcher(text).results().toList();
    if (tokens.isEmpty()) {
      return text;
    }
    MatchResult to = tokens.get(random.nextInt(tokens.size()));
    String from = tokens.get(random.nextInt(tokens.size())).group();
    return text.substring(0, to.start()) + from + text.substring(to.end());
  }

  private String nudgeNumber(String text) {
    List<MatchResult> numbers = NUMBER.matcher(text).results().toList();
    if (numbers.isEmpty()) {
      return text;
    }
    MatchResult number = numbers.get(random.nextInt(numbers.size()));
    String digits = number.group();
    long value = digits.length() > 15 ? 0 : Long.parseLong(digits);
    long near = value + random.nextInt(9) - 4;
    return text.substring(0, number.start()) + near + text.substring(number.end());
  }
}
