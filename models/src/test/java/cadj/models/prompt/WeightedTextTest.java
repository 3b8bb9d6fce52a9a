package cadj.models.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The notation's cases as AUTOMATIC1111's web interface documents them.
final class WeightedTextTest {
  @Test
  void textWithoutBracketsIsOnePiece() {
    assertParsed("normal text", "normal text", 1.0);
    assertParsed("a: b, c:1.3", "a: b, c:1.3", 1.0);
    assertEquals(List.of(), WeightedText.parse(""));
  }

  @Test
  void bracketsWeigh() {
    assertParsed("an (important) word", "an ", 1.0, "important", 1.1, " word", 1.0);
    assertParsed("a [small] word", "a ", 1.0, "small", 1 / 1.1, " word", 1.0);
    assertParsed("(word:1.3)", "word", 1.3);
    assertParsed("(word: -.5 ) x", "word", -0.5, " x", 1.0);
    assertParsed("(two words:0)", "two words", 0.0);
  }

  @Test
  void nestedOnesMultiply() {
    assertParsed("((a))", "a", 1.1 * 1.1);
    assertParsed("(a (b:1.5) c)", "a ", 1.1, "b", 1.5 * 1.1, " c", 1.1);
    assertParsed(
        "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).",
        "a ",
        1.0,
        "house",
        1.3 * 1.1 * 1.1,
        " ",
        1.1,
        "on",
        1 / 1.1 * 1.1,
        " a ",
        1.1,
        "hill",
        0.5 * 1.1,
        ", sun, ",
        1.1,
        "sky",
        1.1 * 1.1 * 1.1 * 1.1,
        ".",
        1.1);
  }

  @Test
  void escapedBracketsAreText() {
    assertParsed("\\(word\\) \\[x\\]", "(word) [x]", 1.0);
    assertParsed("(\\(a\\):1.5)", "(a)", 1.5);
    assertParsed("back\\slash \\\\", "backslash \\", 1.0);
  }

  @Test
  void unbalancedOnesReachToTheEndOrAreText() {
    assertParsed("a (b", "a ", 1.0, "b", 1.1);
    assertParsed("a [b", "a ", 1.0, "b", 1 / 1.1);
    assertParsed("a) b] c", "a) b] c", 1.0);
    assertParsed("a:1.3) b", "a:1.3) b", 1.0);
  }

  @Test
  void aWeightIsANumber() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> WeightedText.parse("(a:1.2.3)"))
            .getMessage();
    assertEquals("prompt weight: expected a number such as 1.3, got 1.2.3 in (a:1.2.3)", message);
  }

  /// @param pieces text and weight in turn
  private static void assertParsed(String prompt, Object... pieces) {
    List<WeightedText> parsed = WeightedText.parse(prompt);
    assertEquals(pieces.length / 2, parsed.size(), parsed::toString);
    for (int i = 0; i < parsed.size(); i++) {
      assertEquals(pieces[2 * i], parsed.get(i).text());
      assertEquals((double) pieces[2 * i + 1], parsed.get(i).weight(), 1e-12, parsed::toString);
    }
  }
}
