package cadj.models.tokenizer;

import java.lang.Character.UnicodeBlock;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/// The clean-up before byte-pair encoding that transformers does where ftfy is not installed:
/// BERT's `BasicTokenizer` without stripping accents or splitting punctuation.
final class BasicText {
  /// The CJK ideographs that BERT lists: not kana, not hangul, no later extension.
  private static final Set<UnicodeBlock> CJK =
      Set.of(
          UnicodeBlock.CJK_UNIFIED_IDEOGRAPHS,
          UnicodeBlock.CJK_UNIFIED_IDEOGRAPHS_EXTENSION_A,
          UnicodeBlock.CJK_UNIFIED_IDEOGRAPHS_EXTENSION_B,
          UnicodeBlock.CJK_UNIFIED_IDEOGRAPHS_EXTENSION_C,
          UnicodeBlock.CJK_UNIFIED_IDEOGRAPHS_EXTENSION_D,
          UnicodeBlock.CJK_UNIFIED_IDEOGRAPHS_EXTENSION_E,
          UnicodeBlock.CJK_COMPATIBILITY_IDEOGRAPHS,
          UnicodeBlock.CJK_COMPATIBILITY_IDEOGRAPHS_SUPPLEMENT);

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

  private static boolean isCjk(int c) {
    UnicodeBlock block = UnicodeBlock.of(c);
    return block != null && CJK.contains(block);
  }
}
