package cadj.models.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.text.Normalizer;
import org.junit.jupiter.api.Test;

final class BasicTextTest {
  /// First and last of each range in BERT's `_is_chinese_char`.
  private static final int[][] BERTS_IDEOGRAPHS = {
    {0x4E00, 0x9FFF},
    {0x3400, 0x4DBF},
    {0x20000, 0x2A6DF},
    {0x2A700, 0x2B73F},
    {0x2B740, 0x2B81F},
    {0x2B820, 0x2CEAF},
    {0xF900, 0xFAFF},
    {0x2F800, 0x2FA1F},
  };

  /// Every character beyond Latin-1, of the planes that have ideographs, between two letters.
  @Test
  void spacesGoAroundIdeographsAlone() {
    for (int c = 0x100; c <= 0x3FFFF; c++) {
      String text = Character.toString(c);
      String cleaned = BasicText.clean("a" + text + "b");
      String composed = Normalizer.normalize(text, Normalizer.Form.NFC);
      assertEquals(
          isIdeograph(c),
          cleaned.equals("a " + composed + " b"),
          () -> "U+%X: '%s'".formatted(text.codePointAt(0), cleaned));
    }
  }

  private static boolean isIdeograph(int c) {
    for (int[] range : BERTS_IDEOGRAPHS) {
      if (c >= range[0] && c <= range[1]) {
        return true;
      }
    }
    return false;
  }

  @Test
  void spacesOfEveryKindAreOneBetweenWords() {
    assertEquals("a b c d e f", BasicText.clean("\u00a0a \t\nb\rc\u3000d\u2028e\u2029f \u2003"));
  }

  @Test
  void controlCharactersAreDropped() {
    assertEquals("abcdef", BasicText.clean("a\u0000b\u200dc\ufffdd\ue000e\ud800f\u0378"));
  }

  @Test
  void lettersAreComposedAndSmall() {
    assertEquals("\u00e4\u00df \u03c3", BasicText.clean("A\u0308\u00df \u03a3"));
  }
}
