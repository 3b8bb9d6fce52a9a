package cadj.models.tokenizer;

import java.text.Normalizer;
import java.util.regex.Pattern;

/// What transformers' `CLIPTokenizer` makes of a text before it cuts it into words: composed (NFC),
/// each run of whitespace one space, lower case.
final class Normalization {
  private static final Pattern WHITESPACE =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  /// İ, the only letter whose lower case is two characters whatever stands around it.
  private static final int CAPITAL_I_WITH_DOT = 0x130;

  private Normalization() {}

  static String of(String text) {
    String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
    return lowerCase(WHITESPACE.matcher(composed).replaceAll(" "));
  }

  /// Character by character: a sigma that ends a word becomes σ like any other.
  private static String lowerCase(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == CAPITAL_I_WITH_DOT) {
                out.append("i\u0307");
              } else {
                out.appendCodePoint(Character.toLowerCase(c));
              }
            });
    return out.toString();
  }
}
