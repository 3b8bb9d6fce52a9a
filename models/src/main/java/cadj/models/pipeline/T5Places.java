package cadj.models.pipeline;

import static java.util.stream.Collectors.joining;

import cadj.models.tokenizer.unigram.T5Tokenizer;
import cadj.models.tokenizer.unigram.Token;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Where the words of a prompt stand among T5's tokens, which are not those of CLIP: a word's are
/// all that have some of its letters.
///
/// @param tokens those that are not cut off
/// @param first place of the first of them
record T5Places(String prompt, List<Token> tokens, int first) {
  /// @param length of the tokens that T5 takes, the end token among them
  static T5Places of(T5Tokenizer tokenizer, String prompt, int length, int first) {
    List<Token> all = tokenizer.tokens(prompt);
    return new T5Places(prompt, all.subList(0, Math.min(all.size(), length - 1)), first);
  }

  /// Places of `text`, in any case, wherever the prompt has it as words of their own.
  List<Integer> of(String text) {
    List<MatchResult> found = pattern(text).matcher(prompt).results().toList();
    return IntStream.range(0, tokens.size())
        .filter(i -> found.stream().anyMatch(range -> overlaps(tokens.get(i), range)))
        .mapToObj(i -> first + i)
        .toList();
  }

  private static boolean overlaps(Token token, MatchResult range) {
    return Math.max(token.from(), range.start()) < Math.min(token.to(), range.end());
  }

  private static Pattern pattern(String text) {
    String words =
        Stream.of(text.strip().split("\\s+")).map(Pattern::quote).collect(joining("\\s+"));
    return Pattern.compile(
        (begins(text) ? "(?<!\\p{L})" : "") + words + (ends(text) ? "(?!\\p{L})" : ""),
        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  private static boolean begins(String text) {
    return Character.isLetter(text.strip().codePointAt(0));
  }

  private static boolean ends(String text) {
    return Character.isLetter(text.strip().codePointBefore(text.strip().length()));
  }
}
