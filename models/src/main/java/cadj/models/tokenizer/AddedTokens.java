package cadj.models.tokenizer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Finds added tokens in a text, as the library tokenizers does: from the left, the longest first.
public final class AddedTokens {
  private final Map<String, AddedToken> raw = new HashMap<>();
  private final Map<String, AddedToken> normalized = new HashMap<>();

  /// @param normalization what makes the normalized text
  public AddedTokens(Collection<AddedToken> tokens, UnaryOperator<String> normalization) {
    for (AddedToken token : tokens) {
      String spelling = token.normalized() ? normalization.apply(token.content()) : token.content();
      if (!spelling.isEmpty()) {
        (token.normalized() ? normalized : raw).put(spelling, token);
      }
    }
  }

  /// A piece of a text: a token, or text between tokens.
  ///
  /// @param from where it begins in the text
  public record Piece(int from, String text, @Nullable AddedToken token) {}

  /// Cuts a text as it was given at those tokens that are looked for there.
  public List<Piece> splitRaw(String text) {
    return split(text, raw);
  }

  /// Cuts a normalized text at the other tokens.
  public List<Piece> splitNormalized(String text) {
    return split(text, normalized);
  }

  private static List<Piece> split(String text, Map<String, AddedToken> tokens) {
    List<Piece> pieces = new ArrayList<>();
    SortedSet<Integer> lengths = new TreeSet<>(Comparator.reverseOrder());
    tokens.keySet().forEach(spelling -> lengths.add(spelling.length()));
    int done = 0;
    int at = 0;
    while (at < text.length()) {
      int length = longestAt(text, at, lengths, tokens);
      if (length == 0) {
        at += Character.charCount(text.codePointAt(at));
        continue;
      }
      int end = at + length;
      AddedToken token = tokens.get(text.substring(at, end));
      if (token != null && !(token.singleWord() && isWithinWord(text, at, end))) {
        int from = token.lstrip() ? Math.max(done, spacesBefore(text, at)) : at;
        int to = token.rstrip() ? spacesAfter(text, end) : end;
        if (done < from) {
          pieces.add(new Piece(done, text.substring(done, from), null));
        }
        pieces.add(new Piece(from, text.substring(from, to), token));
        done = to;
      }
      at = Math.max(end, done);
    }
    if (done < text.length()) {
      pieces.add(new Piece(done, text.substring(done), null));
    }
    return pieces;
  }

  private static int longestAt(
      String text, int at, SortedSet<Integer> lengths, Map<String, AddedToken> tokens) {
    for (int length : lengths) {
      if (length <= text.length() - at && tokens.containsKey(text.substring(at, at + length))) {
        return length;
      }
    }
    return 0;
  }

  private static boolean isWithinWord(String text, int from, int to) {
    return (from > 0 && isWord(text.codePointBefore(from)))
        || (to < text.length() && isWord(text.codePointAt(to)));
  }

  /// Letters, marks, digits, connectors such as `_`.
  private static boolean isWord(int c) {
    return Character.isAlphabetic(c)
        || switch (Character.getType(c)) {
          case Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.DECIMAL_DIGIT_NUMBER,
              Character.CONNECTOR_PUNCTUATION ->
              true;
          default -> c == 0x200C || c == 0x200D;
        };
  }

  private static int spacesBefore(String text, int at) {
    int from = at;
    while (from > 0 && WhiteSpace.is(text.codePointBefore(from))) {
      from--; // all spaces are one char long
    }
    return from;
  }

  private static int spacesAfter(String text, int at) {
    int to = at;
    while (to < text.length() && WhiteSpace.is(text.codePointAt(to))) {
      to++;
    }
    return to;
  }
}
