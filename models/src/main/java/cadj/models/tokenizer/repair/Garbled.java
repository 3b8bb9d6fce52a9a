package cadj.models.tokenizer.repair;

import java.util.regex.Pattern;

/// Whether a text looks as if it was read in a wrong encoding: characters stand side by side that
/// nobody writes so, such as an accented letter before a fraction.
///
/// Each character becomes one letter for its kind, and unlikely neighbours are searched for in the
/// row of kinds.
final class Garbled {
  /// The kinds: `c` C1 controls; `x` signs that hardly occur but in mojibake; `$` currencies; `<`
  /// and `>` signs that open and close; `1` signs of number; `S` § and ¶; `U`, `u` accented Latin
  /// letters, `F`, `f` those that faces of signs are made of; `G`, `g` Greek and Cyrillic letters;
  /// `B` boxes; `A`, `a` ASCII's letters; `w` other letters and digits; `.` signs that are common
  /// everywhere; `s` space, `n` no-break space; `d` the degree sign; `o` anything else.
  private static final Pattern UNLIKELY =
      Pattern.compile(
          String.join(
              "|",
              "c",
              "[xuUB<>$1S]x",
              "[aA][gG]x",
              "x[uUB<>$1S]",
              "[ugB>$1]U",
              "[B>$1]u",
              "[uB>]\\$",
              "[sn]U\\$",
              "[UB][1S]",
              "[uUB$>]<1",
              "[uU$1BS]><",
              "[$1B]<",
              "aU[<$]",
              "B[Ffd]",
              "[uU$1<>S]B",
              "B>",
              "[uU][<>][aAwuUgGFf]",
              "Ud"));

  /// Pairs and triples that are told by the very characters, by the encoding that gave them.
  private static final Pattern PAIRS =
      Pattern.compile(
          String.join(
              "|",
              "[\u0152\u0153][^A-Za-z]",
              // UTF-8 of Latin-1's characters, Greek and Cyrillic as Windows-1252
              "[\u00c2\u00c3\u00ce\u00d0][\u0160\u0161\u0178\u017e\u0153\u20ac\u00a0\u00a2\u00a3"
                  + "\u00ad\u00b0\u00b4\u00b7\u2013\u2014\u00a1\u00ab\u00bf\u00a9\u2018\u201a\u201c"
                  + "\u201e\u2022\u2039\u00ae\u00bb\u201d\u203a\u2122\u02dd]",
              "\u00d7[\u00b2\u00b3]",
              "[a-z]\\s?[\u00c3\u00c2] ",
              "^[\u00c3\u00c2] ",
              "[a-z.,?!\u00ae\u00bb\u201d\u203a\u2122]\u00c2["
                  + " \u00a1\u00ab\u00bf\u00a9\u2018\u201c]",
              // Arabic: two letters at least
              "(?:[\u00d8\u00d9][^\\x00-\\x7fA-Za-z\u00c0-\u00ff\u2019]){2}",
              "\u00e0[\u00b2\u00b5\u00b9\u00bc\u00bd\u00be]",
              // as Mac Roman
              "\u221a[\u00b1\u2202\u2020\u2260\u00ae\u2122\u00b4\u2264\u2265\u00a5\u00b5\u00f8]",
              "\u2248[\u00b0\u00a2]",
              "\u201a\u00c4[\u00ec\u00ee\u00ef\u00f2\u00f4\u00fa\u00f9\u00fb\u2020\u00b0\u00a2\u03c0]",
              "\u201a[\u00e2\u00f3][\u00e0\u00e4\u00b0\u00ea]",
              // as Windows-1251, 1253, 1257
              "\u0432\u0402",
              "[\u0412\u0413\u0420\u0421](?:\u00b5|[^\\x00-\\x7f\\p{IsAlphabetic}\u2013\u2014\u2026])[\u0412\u0413\u0420\u0421]",
              "\u03b2\u20ac[\u2122\u00a0\u0386\u00ad\u00ae\u00b0]",
              "[\u0392\u0393\u039e\u039f][^\\x00-\\x7f\\p{IsAlphabetic}\u2013\u2014\u2026][\u0392\u0393\u039e\u039f]",
              "\u0101\u20ac"));

  private Garbled() {}

  static boolean looksSo(String text) {
    StringBuilder kinds = new StringBuilder(text.length());
    boolean ascii = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      ascii &= c < 0x80;
      kinds.append(kind(c));
    }
    return !ascii && (UNLIKELY.matcher(kinds).find() || PAIRS.matcher(text).find());
  }

  private static char kind(char c) {
    if (c < 0x80) {
      return c >= 'a' && c <= 'z'
          ? 'a'
          : c >= 'A' && c <= 'Z' ? 'A' : Character.isWhitespace(c) ? 's' : digitOr(c, 'o');
    }
    if (c < 0xA0) {
      return 'c';
    }
    char sign = sign(c);
    return sign != 0 ? sign : letter(c);
  }

  /// Zero for what is none of these signs.
  private static char sign(char c) {
    if ("\u00a6\u00a4\u00a8\u00ac\u00af\u00b8\u0192\u02c6\u02c7\u02d8\u02db\u02dc".indexOf(c) >= 0
        || "\u2020\u2021\u2030\u2310\u25ca\ufffd\u00aa\u00ba".indexOf(c) >= 0) {
      return 'x';
    }
    if ("\u00a2\u00a3\u00a5\u20a7\u20ac".indexOf(c) >= 0) {
      return '$';
    }
    if ("\u00a1\u00ab\u00bf\u00a9\u0384\u0385\u2018\u201a\u201c\u201e\u2022\u2039\uf8ff".indexOf(c)
        >= 0) {
      return '<';
    }
    if ("\u00ae\u00bb\u02dd\u201d\u203a\u2122".indexOf(c) >= 0) {
      return '>';
    }
    if (c == '\u00a7' || c == '\u00b6') {
      return 'S';
    }
    if (c == '\u00a0') {
      return 'n';
    }
    if ("\u00ad\u00b7\u00b4\u2013\u2014\u2015\u2026\u2019".indexOf(c) >= 0) {
      return '.';
    }
    if (c >= 0x2502 && c <= 0x2593) {
      return 'B';
    }
    boolean number =
        c == '\u00b5'
            || c == '\u2044'
            || c == '\u2116'
            || (c != '\u00b0'
                && c < 0x2300
                && (Character.getType(c) == Character.MATH_SYMBOL
                    || Character.getType(c) == Character.OTHER_NUMBER));
    return number ? '1' : 0;
  }

  private static char letter(char c) {
    if (c == '\u00b0') {
      return 'd';
    }
    if ((c >= 0x370 && c < 0x400) || (c >= 0x400 && c < 0x460)) {
      return Character.isUpperCase(c) ? 'G' : Character.isLowerCase(c) ? 'g' : 'o';
    }
    if (c == '\u00de') {
      return 'G';
    }
    if (c < 0x180 || c == '\ufb01' || c == '\ufb02' || c == '\u0490' || c == '\u0491') {
      boolean face = isFace(c) || c == '\u00ff';
      return Character.isUpperCase(c)
          ? (face ? 'F' : 'U')
          : Character.isLowerCase(c) ? (face ? 'f' : 'u') : 'o';
    }
    return Character.isWhitespace(c) ? 's' : digitOr(c, 'o');
  }

  /// O and u with accents.
  private static boolean isFace(char c) {
    return (c >= 0xD2 && c <= 0xD6)
        || (c >= 0xD9 && c <= 0xDB)
        || (c >= 0xF2 && c <= 0xF6)
        || (c >= 0xF8 && c <= 0xFB)
        || c == '\u0150'
        || c == '\u014c'
        || c == '\u016a'
        || c == '\u0172';
  }

  private static char digitOr(char c, char other) {
    return Character.isLetterOrDigit(c) || c == '_' ? 'w' : other;
  }
}
