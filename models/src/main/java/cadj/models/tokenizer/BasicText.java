package cadj.models.tokenizer;

import java.text.Normalizer;
import java.util.Locale;

/// The clean-up before byte-pair encoding that transformers does where ftfy is not installed:
/// BERT's `BasicTokenizer` without stripping accents or splitting punctuation.
final class BasicText {
  private BasicText() {}

  /// Control characters dropped, spaces put around CJK characters, composed (NFC), lower case,
  /// single spaces between words.
  static String clean(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints().forEach(c -> append(out, c));
    String composed = Normalizer.normalize(out, Normalizer.Form.NFC);
    StringBuilder words = new StringBuilder();
    for (String word : composed.split(" +", -1)) {
      if (!word.isEmpty()) {
        words.append(words.isEmpty() ? "" : " ").append(word.toLowerCase(Locale.ROOT));
      }
    }
    return words.toString();
  }

  private static void append(StringBuilder out, int c) {
    if (isSpace(c)) {
      out.append(' ');
    } else if (isCjk(c)) {
      out.append(' ').appendCodePoint(c).append(' ');
    } else if (c != 0xFFFD && !isControl(c)) {
      out.appendCodePoint(c);
    }
  }

  /// Blank, tab, line ends and every space separator; also the line and paragraph separators, at
  /// which Python splits words.
  private static boolean isSpace(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || switch (Character.getType(c)) {
          case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
              true;
          default -> false;
        };
  }

  /// The categories whose names start with C.
  private static boolean isControl(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }

  /// The CJK ideograph blocks that BERT lists: not kana, not hangul.
  private static boolean isCjk(int c) {
    return (c >= 0x4E00 && c <= 0x9FFF)
        || (c >= 0x3400 && c <= 0x4DBF)
        || (c >= 0x20000 && c <= 0x2A6DF)
        || (c >= 0x2A700 && c <= 0x2B73F)
        || (c >= 0x2B740 && c <= 0x2B81F)
        || (c >= 0x2B820 && c <= 0x2CEAF)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0x2F800 && c <= 0x2FA1F);
  }
}
