package cadj.models.prompt;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.files.EmbeddedModels;
import cadj.models.tokenizer.ClipTokenizer;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Chunks of 75 tokens of CLIP's vocabulary: cat is 2368, the comma 267.
final class ChunkTest {
  private static final PromptStyle LONG = new PromptStyle(true, false);
  private static final PromptStyle WEIGHTS = new PromptStyle(false, true);
  private static final PromptStyle BOTH = new PromptStyle(true, true);
  private static final int CAT = 2368;
  private static final int COMMA = 267;

  private final ClipTokenizer tokenizer = ClipTokenizer.load(EmbeddedModels.clipTokenizer());

  @Test
  void thePlainStyleCutsOffAndTellsWhat() {
    Chunk.Split split = Chunk.split(tokenizer, PromptStyle.PLAIN, cats(74) + ", a red dog");
    assertEquals(List.of(75), lengths(split));
    assertEquals("a red dog", split.lost());
    assertEquals("", Chunk.split(tokenizer, PromptStyle.PLAIN, cats(75)).lost());
    assertEquals("cat", Chunk.split(tokenizer, WEIGHTS, cats(74) + " (cat) [cat]").lost());
  }

  @Test
  void longPromptsLoseNothing() {
    for (int n : List.of(0, 1, 75, 76, 150, 151, 400)) {
      Chunk.Split split = Chunk.split(tokenizer, LONG, cats(n));
      assertEquals("", split.lost());
      assertEquals(Math.max(1, (n + 74) / 75), split.chunks().size());
      for (int i = 0; i < split.chunks().size(); i++) {
        int length = Math.min(75, n - 75 * i);
        assertEquals(Collections.nCopies(length, CAT), split.chunks().get(i).tokens());
      }
    }
  }

  /// What follows the last comma moves on, if the comma is among the last 20 tokens.
  @Test
  void chunksEndAtACommaNearTheirEnd() {
    assertEquals(List.of(56, 30), lengths(split(cats(55) + ", " + cats(30))));
    assertEquals(List.of(75, 11), lengths(split(cats(54) + ", " + cats(31))));
    assertEquals(List.of(75, 5), lengths(split(cats(74) + ", " + cats(5))));
    assertEquals(List.of(61, 19), lengths(split(cats(60) + ", " + cats(19))));
    // nothing follows that would not fit, or the comma itself does not
    assertEquals(List.of(75), lengths(split(cats(60) + ", " + cats(14))));
    assertEquals(List.of(75, 1), lengths(split(cats(60) + ", " + cats(14) + ",")));
    assertEquals(COMMA, split(cats(55) + ", " + cats(30)).chunks().getFirst().tokens().getLast());
    assertEquals(List.of(75, 10), lengths(Chunk.split(tokenizer, LONG, cats(85))));
  }

  @Test
  void breakBeginsAChunk() {
    assertEquals(List.of(2, 1), lengths(split("cat cat BREAK cat")));
    assertEquals(List.of(1, 0, 1), lengths(split("cat BREAK BREAK\ncat")));
    assertEquals(List.of(1), lengths(split("cat BREAK")));
    assertEquals(List.of(2), lengths(split("cat break")));
    assertEquals(List.of(2), lengths(Chunk.split(tokenizer, WEIGHTS, "cat BREAK")));
    Chunk.Split weighted = Chunk.split(tokenizer, BOTH, "(cat BREAK cat:2) cat");
    assertEquals(List.of(1, 2), lengths(weighted));
    assertEquals(List.of(2.0, 1.0), weighted.chunks().getLast().weights());
  }

  @Test
  void everyTokenHasItsWeight() {
    Chunk chunk = Chunk.split(tokenizer, WEIGHTS, "cat (cat cat:1.5) [cat]").chunks().getFirst();
    assertEquals(Collections.nCopies(4, CAT), chunk.tokens());
    assertEquals(List.of(1.0, 1.5, 1.5, 1 / 1.1), chunk.weights());
    assertArrayEquals(new float[] {1, 1, 1.5f, 1.5f, (float) (1 / 1.1), 1, 1}, chunk.weights(7));
    assertTrue(chunk.isWeighted());
    Chunk plain = Chunk.split(tokenizer, PromptStyle.PLAIN, "(cat:2)").chunks().getFirst();
    assertFalse(plain.isWeighted());
    assertEquals(tokenizer.tokens("(cat:2)"), plain.tokens());
  }

  private Chunk.Split split(String prompt) {
    return Chunk.split(tokenizer, LONG, prompt);
  }

  private static String cats(int n) {
    return IntStream.range(0, n).mapToObj(i -> "cat").collect(joining(" "));
  }

  private static List<Integer> lengths(Chunk.Split split) {
    return split.chunks().stream().map(chunk -> chunk.tokens().size()).toList();
  }
}
