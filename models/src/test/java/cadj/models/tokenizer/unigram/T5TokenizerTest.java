package cadj.models.tokenizer.unigram;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.tokenizer.Encoding;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class T5TokenizerTest {
  private final T5Tokenizer tokenizer = T5Tokenizer.load(T5Folder.source());

  /// Text and what of the prompt it stands for, `|` between.
  private List<String> tokens(String prompt) {
    return tokenizer.tokens(prompt).stream()
        .map(token -> token.text() + "|" + prompt.substring(token.from(), token.to()))
        .toList();
  }

  @Test
  void tokensKnowTheirCharacters() {
    assertEquals(List.of("▁a|a", "▁cat| cat"), tokens("a cat"));
    assertEquals(List.of("▁|", "h|h", "e|e"), tokens("he"));
    assertEquals(List.of("▁a|a", "▁|  \u00a0", "h|h"), tokens("a  \u00a0h"));
    assertEquals(List.of("</s>|</s>", "▁|", "h|h"), tokens("   </s>h  "));
    assertEquals(List.of("▁a|a", "<extra_id_0>|<extra_id_0>", "▁a|a"), tokens("a<extra_id_0>a"));
    assertEquals(
        List.of("▁a|a", "▁| ", "\ud83d\ude00\u4e2d|\ud83d\ude00\u4e2d"),
        tokens("a \ud83d\ude00\u4e2d"));
    // two letters stand for one ligature, one letter for a letter and its accent
    assertEquals(List.of("▁|", "f|\ufb01", "i|\ufb01", "s|s", "h|h"), tokens("\ufb01sh"));
    assertEquals(List.of("▁|", "\u00e9|e\u0301", "a|a"), tokens("e\u0301a"));
    assertEquals(
        List.of("</s>|</s>", "▁|", "f|\ufb01", "i|\ufb01", "s|s", "h|h"), tokens("</s>\ufb01sh"));
    // a cluster of five bytes is replaced as a whole, one of six character by character
    assertEquals(List.of("▁|", "f|\ufb01\u0301", "i|\ufb01\u0301"), tokens("\ufb01\u0301"));
    assertEquals(List.of("▁|", "f|\ufb01", "i|\ufb01", "\u20d0|\u20d0"), tokens("\ufb01\u20d0"));
  }

  @Test
  void truncationKeepsTheEnd() {
    Encoding all = tokenizer.encode("a photo of a cat", 8);
    assertArrayEquals(new long[] {3, 41, 4, 3, 99, 1, 0, 0}, all.ids());
    assertFalse(all.isTruncated());
    assertEquals("", all.lost());
    Encoding exact = tokenizer.encode("a photo of a cat", 6);
    assertArrayEquals(new long[] {3, 41, 4, 3, 99, 1}, exact.ids());
    assertFalse(exact.isTruncated());
    Encoding cut = tokenizer.encode("a photo of a cat", 4);
    assertArrayEquals(new long[] {3, 41, 4, 1}, cut.ids());
    assertTrue(cut.isTruncated());
    assertEquals(6, cut.untruncatedLength());
    assertEquals("a cat", cut.lost());
    assertArrayEquals(new long[] {1}, tokenizer.encode("a photo", 1).ids());
    assertArrayEquals(new long[] {1, 0}, tokenizer.encode("", 2).ids());
    String message =
        requireNonNull(
            assertThrows(IllegalArgumentException.class, () -> tokenizer.encode("a", 0))
                .getMessage());
    assertEquals("encode: expected a length of 1 or more, got 0", message);
  }

  /// As the character that Unicode has for what is none.
  @Test
  void halvesOfSurrogatePairsAreReplacementCharacters() {
    assertEquals(
        tokenizer.tokens("a\ufffdb \ufffd\ufffd").stream().map(Token::id).toList(),
        tokenizer.tokens("a\ud800b \udc00\ud800").stream().map(Token::id).toList());
    assertEquals(2, tokenizer.tokens("\ud83d\ude00").size());
  }

  @Test
  void idsHaveNames() {
    assertEquals("▁cat", tokenizer.name(99));
    assertEquals("<extra_id_0>", tokenizer.name(999));
    assertEquals(
        "token: expected an id below 1000, got 1000",
        assertThrows(IllegalArgumentException.class, () -> tokenizer.name(1000)).getMessage());
  }

  /// A megabyte of words, of one word, of spaces, of one unknown character, of one cluster.
  @Test
  void longPromptsTakeTimeByTheirLength() {
    for (String part :
        List.of(
            "a cat ", "o", " ", "\u4e2d", "\u0301", "a\u0301", "\u0915\u094d", "\ufdfa", "</s>")) {
      String prompt = part.repeat((1 << 20) / part.length());
      Encoding encoding =
          assertTimeoutPreemptively(Duration.ofSeconds(60), () -> tokenizer.encode(prompt, 512));
      assertEquals(512, encoding.ids().length);
    }
  }
}
