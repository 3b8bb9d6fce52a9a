package cadj.models.tokenizer;

import cadj.models.tokenizer.repair.HtmlEntities;
import cadj.models.tokenizer.repair.TextRepair;
import java.util.regex.Pattern;

/// What OpenAI's tokenizer makes of a text before it cuts it into words: repaired, HTML references
/// resolved twice, single spaces, lower case as Python has it.
final class OpenAiText {
  private static final Pattern WHITESPACE =
      Pattern.compile("[\\s\u001c-\u001f]+", Pattern.UNICODE_CHARACTER_CLASS);

  private OpenAiText() {}

  static String of(String text) {
    String plain = HtmlEntities.unescape(HtmlEntities.unescape(TextRepair.of(text)));
    return lowerCase(WHITESPACE.matcher(plain).replaceAll(" ").strip());
  }

  /// Character by character, but for a sigma that ends a word, ς.
  private static String lowerCase(String text) {
    int[] all = text.codePoints().toArray();
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < all.length; i++) {
      switch (all[i]) {
        case 0x130 -> out.append("i\u0307");
        case 0x3A3 -> out.append(endsWord(all, i) ? '\u03c2' : '\u03c3');
        default -> out.appendCodePoint(Character.toLowerCase(all[i]));
      }
    }
    return out.toString();
  }

  /// Whether a letter with case stands before, and none after, passing over what has none to have.
  private static boolean endsWord(int[] text, int at) {
    int before = at - 1;
    while (before >= 0 && isIgnorable(text[before])) {
      before--;
    }
    int after = at + 1;
    while (after < text.length && isIgnorable(text[after])) {
      after++;
    }
    return before >= 0 && isCased(text[before]) && !(after < text.length && isCased(text[after]));
  }

  private static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  /// Unicode's Case_Ignorable.
  private static boolean isIgnorable(int c) {
    return "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a"
                .indexOf(c)
            >= 0
        || switch (Character.getType(c)) {
          case Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.FORMAT,
              Character.MODIFIER_LETTER,
              Character.MODIFIER_SYMBOL ->
              true;
          default -> false;
        };
  }
}
