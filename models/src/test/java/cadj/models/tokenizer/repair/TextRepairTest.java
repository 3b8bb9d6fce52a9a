package cadj.models.tokenizer.repair;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

final class TextRepairTest {
  /// `ftfy.fix_text` of ftfy 6.3.1.
  @Test
  void textsBecomeWhatFtfyMakesOfThem() throws IOException {
    try (InputStream in = TextRepairTest.class.getResourceAsStream("ftfy.json")) {
      for (JsonNode one : new ObjectMapper().readTree(requireNonNull(in))) {
        String text = one.get("text").asText();
        assertEquals(one.get("fixed").asText(), TextRepair.of(text), text);
      }
    }
  }

  /// Python's `html.unescape`.
  @Test
  void referencesAreReadAsBrowsersDo() {
    assertEquals("\u00acit; & \u00a9 x", HtmlEntities.unescape("&notit; &amp &copy x"));
    assertEquals("\u20ac\ufffd\ufffd", HtmlEntities.unescape("&#128;&#0;&#99999999999;"));
    assertEquals("&xyz; a&b", HtmlEntities.unescape("&xyz; a&b"));
    assertEquals("\ud83d\ude00&;", HtmlEntities.unescape("&#x1f600&;"));
  }
}
