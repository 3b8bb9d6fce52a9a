package cadj.models.tokenizer;

import java.util.regex.Pattern;

/// How a text is cut into words: the specials' spellings, contractions, runs of letters, single
/// digits, runs of anything else but spaces.
final class Words {
  private static final String CLIP =
      "(<\\|(?:start|end)oftext\\|>)|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+";

  /// Group of a special's spelling.
  static final int SPECIAL = 1;

  static final Pattern TRANSFORMERS = Pattern.compile(CLIP, Pattern.UNICODE_CHARACTER_CLASS);

  /// The same; a contraction may be written with a long s.
  static final Pattern OPENAI =
      Pattern.compile(
          CLIP, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

  private Words() {}
}
