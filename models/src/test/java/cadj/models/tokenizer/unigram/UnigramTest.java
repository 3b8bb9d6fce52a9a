package cadj.models.tokenizer.unigram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Against all ways to cut a word, one by one.
class UnigramTest {
  private static final int UNKNOWN = 0;

  @Test
  void findsTheLargestSumOfAllCuts() {
    Random random = new Random(8);
    int unknown = 0;
    for (int trial = 0; trial < 300; trial++) {
      Pieces pieces = pieces(random);
      Unigram unigram = new Unigram(pieces, UNKNOWN);
      for (int n = 0; n < 5; n++) {
        String word = word(random, 1 + random.nextInt(8), "abc\ud83d\ude00d");
        Sum sum = new Sum(pieces, "x" + word + "y");
        unigram.split("x" + word + "y", 1, word.length() + 1, sum);
        assertEquals(word.length() + 1, sum.end, word);
        assertEquals(largest(pieces, word, 0, 0), sum.score, word);
        unknown += sum.unknown ? 1 : 0;
      }
    }
    assertTrue(unknown > 100 && unknown < 1400, unknown + " of 1500 with unknown characters");
  }

  /// The piece that begins first wins, as in the library tokenizers.
  @Test
  void equalSums() {
    Pieces.Builder pieces = new Pieces.Builder();
    add(pieces, "<unk>", -8);
    add(pieces, "a", -1);
    add(pieces, "b", -1);
    add(pieces, "ab", -2);
    add(pieces, "ba", -2);
    List<String> tokens = new ArrayList<>();
    String word = "abab";
    new Unigram(pieces.build(), UNKNOWN)
        .split(word, 0, word.length(), (id, from, to) -> tokens.add(word.substring(from, to)));
    assertEquals(List.of("ab", "ab"), tokens);
  }

  /// Adds up the scores of tokens, each of which must be a piece, or characters that are none after
  /// another token.
  private static final class Sum implements Unigram.Found {
    private final Pieces pieces;
    private final String text;
    private int end = 1;
    private boolean unknown;
    private boolean lastUnknown;
    private double score;

    Sum(Pieces pieces, String text) {
      this.pieces = pieces;
      this.text = text;
    }

    @Override
    public void accept(int id, int from, int to) {
      assertEquals(end, from);
      end = to;
      String token = text.substring(from, to);
      if (id == UNKNOWN) {
        assertFalse(lastUnknown, "two unknown tokens in a row");
        token
            .codePoints()
            .forEach(
                c -> {
                  assertEquals(-1, pieces.id(Character.toString(c)));
                  score += pieces.lowest() - 10;
                });
        unknown = true;
      } else {
        assertEquals(token, pieces.text(id));
        score += pieces.score(id);
      }
      lastUnknown = id == UNKNOWN;
    }
  }

  private static double largest(Pieces pieces, String word, int from, double before) {
    if (from == word.length()) {
      return before;
    }
    double largest = Double.NEGATIVE_INFINITY;
    int next = from + Character.charCount(word.codePointAt(from));
    for (int to = next; to <= word.length(); to++) {
      int id = pieces.id(word.substring(from, to));
      if (id >= 0 || to == next) {
        double score = id >= 0 ? pieces.score(id) : pieces.lowest() - 10;
        largest = Math.max(largest, largest(pieces, word, to, before + score));
      }
    }
    return largest;
  }

  private static Pieces pieces(Random random) {
    Pieces.Builder pieces = new Pieces.Builder();
    add(pieces, "<unk>", 0);
    var texts = new TreeSet<String>();
    for (int i = 0; i < 12; i++) {
      texts.add(word(random, 1 + random.nextInt(4), "abc\ud83d\ude00"));
    }
    texts.forEach(text -> add(pieces, text, -random.nextDouble() * 8));
    return pieces.build();
  }

  private static void add(Pieces.Builder pieces, String text, double score) {
    pieces.add(
        text,
        score,
        (expected, found) -> new FileFormatException(Path.of("x"), "", expected, found));
  }

  private static String word(Random random, int length, String alphabet) {
    int[] letters = alphabet.codePoints().toArray();
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return out.toString();
  }
}
