package cadj.models.tokenizer.repair;

import java.nio.charset.Charset;
import java.text.Normalizer;
import java.util.Map;
import java.util.regex.Pattern;

/// Repairs of single characters: what is plainly meant by each is put in its place.
final class CharacterRepair {
  private static final Pattern LINE_BREAK = Pattern.compile("\r\n|[\r\u0085\u2028\u2029]");
  private static final Pattern TERMINAL_ESCAPE = Pattern.compile("\u001b\\[[\\p{Nd};]*[a-zA-Z]");
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  private static final Map<Integer, String> LIGATURES =
      Map.ofEntries(
          Map.entry(0x132, "IJ"),
          Map.entry(0x133, "ij"),
          Map.entry(0x149, "\u02bcn"),
          Map.entry(0x1C4, "D\u017d"),
          Map.entry(0x1C5, "D\u017e"),
          Map.entry(0x1C6, "d\u017e"),
          Map.entry(0x1C7, "LJ"),
          Map.entry(0x1C8, "Lj"),
          Map.entry(0x1C9, "lj"),
          Map.entry(0x1CA, "NJ"),
          Map.entry(0x1CB, "Nj"),
          Map.entry(0x1CC, "nj"),
          Map.entry(0x1F1, "DZ"),
          Map.entry(0x1F2, "Dz"),
          Map.entry(0x1F3, "dz"),
          Map.entry(0xFB00, "ff"),
          Map.entry(0xFB01, "fi"),
          Map.entry(0xFB02, "fl"),
          Map.entry(0xFB03, "ffi"),
          Map.entry(0xFB04, "ffl"),
          Map.entry(0xFB05, "\u017ft"),
          Map.entry(0xFB06, "st"));

  private CharacterRepair() {}

  /// C1 controls as Windows reads them, ligatures apart, usual widths, straight quotes, `\n` for
  /// every line break, no lone surrogates, no terminal escapes, no control characters.
  static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> out.append(character(c)));
    String lines = LINE_BREAK.matcher(out).replaceAll("\n");
    StringBuilder kept = new StringBuilder(lines.length());
    TERMINAL_ESCAPE
        .matcher(lines)
        .replaceAll("")
        .codePoints()
        .filter(c -> !isControl(c))
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  private static String character(int c) {
    if (c >= 0x80 && c <= 0x9F) {
      String windows = new String(new byte[] {(byte) c}, WINDOWS);
      return straight(windows.equals("\ufffd") ? c : windows.codePointAt(0));
    }
    if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
      return "\ufffd";
    }
    String ligature = LIGATURES.get(c);
    if (ligature != null) {
      StringBuilder parts = new StringBuilder();
      ligature.codePoints().forEach(part -> parts.append(straight(part)));
      return parts.toString();
    }
    if (c == 0x3000) {
      return " ";
    }
    return c > 0xFF00 && c < 0xFFF0
        ? Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC)
        : straight(c);
  }

  private static String straight(int c) {
    return switch (c) {
      case 0x2BC, 0x2018, 0x2019, 0x201A, 0x201B -> "'";
      case 0x201C, 0x201D, 0x201E, 0x201F -> "\"";
      default -> Character.toString(c);
    };
  }

  /// Those without any effect that is seen: not tab, line ends, joiners or directions.
  private static boolean isControl(int c) {
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\f' && c != '\r')
        || c == 0x7F
        || (c >= 0x206A && c <= 0x206F)
        || c == 0xFEFF
        || (c >= 0xFFF9 && c <= 0xFFFC);
  }
}
