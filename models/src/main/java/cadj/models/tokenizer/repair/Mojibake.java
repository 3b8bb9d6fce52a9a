package cadj.models.tokenizer.repair;

import java.nio.charset.Charset;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Text in UTF-8 that was read in another encoding: `Ã©` for é.
///
/// Only what looks like it ([Garbled]) is touched: as a whole, if there is an encoding in which its
/// bytes are UTF-8; else the parts that can be read so by themselves.
final class Mojibake {
  private static final Pattern C1 = Pattern.compile("[\u0080-\u009f]");
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  /// Characters that bytes of UTF-8 are read as, in encodings that agree with Latin-1 on most.
  private static final String FIRST_OF_2 = characters(0xC2, 0xDF, false);

  private static final String FIRST_OF_3 = characters(0xE0, 0xEF, false);
  private static final String FIRST_OF_4 = characters(0xF0, 0xF0, false) + "\u00f3";
  private static final String NEXT = characters(0x80, 0xBF, true);

  /// Sequences that may be characters of UTF-8.
  private static final Pattern SEQUENCES =
      Pattern.compile(
          "(?<![%5$s])(?:[%1$s][ %4$s]|[%2$s][ %4$s]{2}|[%3$s][ %4$s]{3})+"
              .formatted(
                  FIRST_OF_2,
                  FIRST_OF_3,
                  FIRST_OF_4,
                  NEXT,
                  NEXT.replaceAll("[\u2013\u2014\u2026\u2019\u00a0\u00b7\u00b4]", "")));

  private Mojibake() {}

  private static String characters(int from, int to, boolean withControls) {
    Set<Character> all = new HashSet<>();
    for (SingleByteEncoding encoding : SingleByteEncoding.ALL.subList(0, 7)) {
      for (int b = from; b <= to; b++) {
        char c = encoding.character(b);
        if (c >= 0xA0 || (withControls && c >= 0x80)) {
          all.add(c);
        }
      }
    }
    StringBuilder out = new StringBuilder();
    all.stream().sorted().forEach(out::append);
    return out.toString();
  }

  /// Repairs until nothing is left that can be.
  static String repair(String text) {
    String repaired = text;
    String before;
    do {
      before = repaired;
      repaired = once(before);
    } while (!repaired.equals(before));
    return repaired;
  }

  private static String once(String text) {
    if (text.isEmpty() || !Garbled.looksSo(text)) {
      return text;
    }
    for (SingleByteEncoding encoding : SingleByteEncoding.ALL) {
      byte[] bytes = encoding.encode(text);
      if (bytes != null) {
        String whole = decode(bytes, encoding);
        if (whole != null) {
          return whole;
        }
      }
    }
    String parts = parts(text);
    if (!parts.equals(text)) {
      return parts;
    }
    return C1.matcher(text).replaceAll(match -> windows(match.group()));
  }

  private static @Nullable String decode(byte[] bytes, SingleByteEncoding encoding) {
    byte[] restored = encoding.isMacRoman() ? bytes : Utf8Repair.withNoBreakSpaces(bytes);
    byte[] marked = encoding.isLossy() ? Utf8Repair.withLosses(restored) : restored;
    return Utf8Repair.decode(Utf8Repair.withoutVariants(marked));
  }

  private static String parts(String text) {
    return SEQUENCES
        .matcher(text)
        .replaceAll(
            match -> {
              String part = match.group();
              boolean shorter = part.length() < text.length();
              return Matcher.quoteReplacement(
                  shorter && Garbled.looksSo(part) ? repair(part) : part);
            });
  }

  private static String windows(String control) {
    String read = new String(new byte[] {(byte) control.charAt(0)}, WINDOWS);
    return read.equals("\ufffd") ? control : read;
  }
}
