package cadj.tensor.safetensors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Damages safetensors files: bits, bytes, ends, and the header's numbers and tokens.
public final class Mutants {
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern TOKEN =
      Pattern.compile("\"[^\"]*\"|\\d+|[\\[\\]{}:,]", Pattern.DOTALL);
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "1",
          "1.5",
          "1e3",
          "2147483648",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "1e400",
          "-0",
          "00",
          "null",
          "\"4\"");
  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "null",
          "true",
          "\"\"",
          "\"dtype\"",
          "\"shape\"",
          "\"data_offsets\"",
          "\"__metadata__\"",
          "\"F32\"",
          "\"F8\"",
          "\"\\ud800\"",
          "[[[[",
          "{\"a\":",
          "[0,0]",
          " ",
          "\u0000",
          "\u00ff");

  private Mutants() {}

  /// One damage more.
  public static byte[] of(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return new byte[] {1};
    }
    return switch (random.nextInt(8)) {
      case 0 -> flip(bytes, random.nextInt(bytes.length), random);
      case 1 -> flip(bytes, random.nextInt(Math.min(8, bytes.length)), random);
      case 2 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 3 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(16));
      case 4 -> editHeader(bytes, NUMBER, NUMBERS, random);
      case 5 -> editHeader(bytes, TOKEN, PIECES, random);
      case 6 -> swapTokens(bytes, random);
      default -> nudgeNumber(bytes, random);
    };
  }

  private static byte[] flip(byte[] bytes, int at, Random random) {
    byte[] out = bytes.clone();
    out[at] ^= (byte) (1 << random.nextInt(8));
    return out;
  }

  /// Replaces one match of `what` in the header, or puts something beside it.
  private static byte[] editHeader(
      byte[] bytes, Pattern what, List<String> replacements, Random random) {
    String header = header(bytes);
    List<MatchResult> found = what.matcher(header).results().toList();
    if (found.isEmpty()) {
      return bytes;
    }
    MatchResult match = found.get(random.nextInt(found.size()));
    String text = replacements.get(random.nextInt(replacements.size()));
    int end = random.nextBoolean() ? match.end() : match.start();
    return withHeader(
        bytes, header.substring(0, match.start()) + text + header.substring(end), random);
  }

  /// Copies one token over another: names repeat, types and sizes change places.
  private static byte[] swapTokens(byte[] bytes, Random random) {
    String header = header(bytes);
    List<MatchResult> tokens = TOKEN.matcher(header).results().toList();
    if (tokens.isEmpty()) {
      return bytes;
    }
    MatchResult to = tokens.get(random.nextInt(tokens.size()));
    String from = tokens.get(random.nextInt(tokens.size())).group();
    return withHeader(
        bytes, header.substring(0, to.start()) + from + header.substring(to.end()), random);
  }

  private static byte[] nudgeNumber(byte[] bytes, Random random) {
    String header = header(bytes);
    List<MatchResult> numbers = NUMBER.matcher(header).results().toList();
    if (numbers.isEmpty()) {
      return bytes;
    }
    MatchResult number = numbers.get(random.nextInt(numbers.size()));
    String digits = number.group();
    long value = digits.length() > 15 ? 0 : Long.parseLong(digits);
    long near = value + random.nextInt(9) - 4;
    return withHeader(
        bytes, header.substring(0, number.start()) + near + header.substring(number.end()), random);
  }

  private static String header(byte[] bytes) {
    if (bytes.length < 8) {
      return "";
    }
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int end = (int) Math.max(0, Math.min(bytes.length - 8, length));
    return new String(bytes, 8, end, ISO_8859_1);
  }

  /// The file with another header; its length is mostly put right, else the edit would not be seen.
  private static byte[] withHeader(byte[] bytes, String header, Random random) {
    int oldEnd = 8 + header(bytes).length();
    byte[] data = Arrays.copyOfRange(bytes, Math.min(oldEnd, bytes.length), bytes.length);
    byte[] out = file(header, data);
    if (random.nextInt(8) == 0) {
      System.arraycopy(bytes, 0, out, 0, Math.min(8, bytes.length));
    }
    return out;
  }

  /// A file of this header and data, its length put right.
  public static byte[] file(String header, byte[] data) {
    byte[] text = header.getBytes(ISO_8859_1);
    return ByteBuffer.allocate(8 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }
}
