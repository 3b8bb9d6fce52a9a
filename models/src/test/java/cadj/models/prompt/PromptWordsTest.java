package cadj.models.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.models.files.EmbeddedModels;
import cadj.models.prompt.PromptWords.Phrase;
import cadj.models.tokenizer.ClipTokenizer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Words of prompts and their places, the start token's being 0, in CLIP's vocabulary.
final class PromptWordsTest {
  private static final PromptStyle LONG = new PromptStyle(true, false);
  private static final PromptStyle BOTH = new PromptStyle(true, true);

  private final ClipTokenizer tokenizer = ClipTokenizer.load(EmbeddedModels.clipTokenizer());

  private PromptWords words(PromptStyle style, String prompt) {
    return PromptWords.of(tokenizer, style, prompt);
  }

  private List<Integer> places(String prompt, String word) {
    return words(PromptStyle.PLAIN, prompt).find(word).places();
  }

  private static String cats(int n) {
    return String.join(" ", Collections.nCopies(n, "cat"));
  }

  @Test
  void aWordHasAllOfItsPlaces() {
    assertEquals(List.of(2), places("a red cat", "red"));
    assertEquals(List.of(1, 4), places("a red cat, a dog".replace(",", ""), "a"));
    assertEquals(List.of(4), places("a red cat, a dog", ","));
    assertEquals(List.of(2), places("a RED cat", "Red"));
    // not within a word: "cat" is no part of "catfish", whatever its tokens
    assertThrows(IllegalArgumentException.class, () -> places("a catfish", "cat"));
  }

  @Test
  void wordsOfSeveralTokensAndPhrases() {
    int tokens = tokenizer.tokens("sphynxes").size();
    assertEquals(true, tokens > 1);
    List<Integer> found = places("a sphynxes cat", "sphynxes");
    assertEquals(tokens, found.size());
    assertEquals(2, found.getFirst());
    assertEquals(List.of(2 + tokens), places("a sphynxes cat", "cat"));
    assertEquals(List.of(2, 3, 5, 6), places("a red cat and red cat", "red cat"));
    assertEquals(List.of(1, 2, 3, 4), places("t-shirt sale", "t-shirt sale"));
    assertEquals(List.of(1, 2, 3), places("t-shirt sale", "T-Shirt"));
  }

  @Test
  void allWordsOnceWithoutSigns() {
    assertEquals(
        List.of("a", "red", "cat", "dog", "9"),
        words(PromptStyle.PLAIN, "A red cat, a dog! 9 ").all().stream().map(Phrase::text).toList());
    assertEquals(List.of(), words(PromptStyle.PLAIN, " ,").all());
  }

  /// Chunk 1 begins with place 77, whose start token it is.
  @Test
  void longPromptsGoOnInTheNextChunk() {
    String prompt = cats(74) + " red sphynxes dog";
    int tokens = tokenizer.tokens("sphynxes").size();
    assertEquals(List.of(75), words(LONG, prompt).find("red").places());
    assertEquals(78, words(LONG, prompt).find("sphynxes").places().getFirst());
    assertEquals(List.of(78 + tokens), words(LONG, prompt).find("dog").places());
    assertEquals(List.of(1, 2, 78), words(LONG, "a b BREAK c").find("a b c").places());
    assertEquals(List.of(155), words(LONG, cats(150) + " dog").find("dog").places());
    // a word over the border
    assertEquals(
        List.of(75, 78),
        words(LONG, cats(74) + " sphynxes").find("sphynxes").places().subList(0, 2));
  }

  @Test
  void weightsAreNoWords() {
    PromptWords words = words(BOTH, "a (red:1.3) [cat]");
    assertEquals(List.of(2), words.find("red").places());
    assertEquals(List.of(3), words.find("cat").places());
    assertEquals(List.of("a", "red", "cat"), words.all().stream().map(Phrase::text).toList());
  }

  @Test
  void whatIsNotThereIsToldInOneLine() {
    assertEquals(
        "--word: expected some of the prompt's words a, red, cat, got \"dog\"",
        message("a red cat", "dog"));
    assertEquals(
        "--word: expected some of the prompt's words a, red, cat, got \"red a\"",
        message("a red cat", "red a"));
    assertEquals("--word: expected a word of the prompt, got \" \"", message("a red cat", " "));
    assertEquals(
        "--word: expected some of the prompt's words (it has none), got \"dog\"",
        message("", "dog"));
    assertEquals(
        "--word: expected some of the prompt's words cat, got \"dog\", which is cut off as too long"
            + " for the text encoder (--long-prompts keeps it)",
        message(cats(75) + " dog", "dog"));
  }

  private String message(String prompt, String word) {
    return assertThrows(IllegalArgumentException.class, () -> places(prompt, word)).getMessage();
  }

  @Test
  void aWordHalfCutOffHasTheHalfThatIsThere() {
    assertEquals(
        List.of(75), words(PromptStyle.PLAIN, cats(74) + " sphynxes").find("sphynxes").places());
  }

  @Test
  void learnedWordsAreWords() {
    PromptWords words =
        PromptWords.of(tokenizer.withEmbedding("<toy>", 3), PromptStyle.PLAIN, "a <toy> cat");
    assertEquals(List.of(2, 3, 4), words.find("<toy>").places());
    assertEquals(List.of(5), words.find("cat").places());
  }
}
