package cadj.cad.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureNamesTest {
  private static final Path OUT = Path.of("out");

  @ParameterizedTest
  @CsvSource({
    "a photo of a Bag!, a-photo-of-a-bag",
    "../../etc/passwd, etc-passwd",
    "Ein grüner Bus für İstanbul, ein-gruner-bus-fur-istanbul",
    "🔥🔥, ''",
    "猫, ''",
    "'', ''",
    "con:nul|<>*?, con-nul",
    "x 🔥 y, x-y",
  })
  void slugsAreAscii(String prompt, String slug) {
    assertEquals(slug, PictureNames.slug(prompt));
  }

  /// Whatever stands at the cut, pairs of surrogates and dashes too.
  @Test
  void longPromptsAreCut() {
    for (int i = 50; i < 70; i++) {
      String prompt = "a".repeat(i) + "🔥 bcd ".repeat(9);
      String slug = PictureNames.slug(prompt);
      assertEquals(slug, slug.replaceAll("[^a-z-]", ""));
      assertEquals(Math.min(i, 60), slug.indexOf('-') < 0 ? slug.length() : slug.indexOf('-'));
      assertEquals(false, slug.endsWith("-"));
    }
  }

  @Test
  void inAFolder() {
    PictureNames one = new PictureNames(OUT, 12345, 1);
    assertEquals(OUT.resolve("00007-a-bag.png"), one.file(PromptRow.of(7, "a bag"), 0));
    PictureNames several = new PictureNames(OUT, 3, 4);
    assertEquals(OUT.resolve("0002-4-a-bag.png"), several.file(PromptRow.of(2, "a bag"), 3));
    assertEquals(OUT.resolve("0002-1.png"), several.file(PromptRow.of(2, "🔥"), 0));
    PromptRow named = new PromptRow(2, "a bag", null, null, null, null, null, null, "41");
    assertEquals(OUT.resolve("41_3.png"), several.file(named, 3));
    assertEquals(OUT.resolve("41_0.png"), one.file(named, 0));
  }

  @Test
  void asAFile() {
    Path file = Path.of("x", "shoe.PNG");
    assertEquals(file, new PictureNames(file, 1, 1).file(PromptRow.of(1, "a"), 0));
    PictureNames several = new PictureNames(file, 3, 2);
    assertEquals(Path.of("x", "shoe-1.png"), several.file(PromptRow.of(1, "a"), 0));
    assertEquals(Path.of("x", "shoe-6.png"), several.file(PromptRow.of(3, "a"), 1));
  }
}
