package cadj.cad.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Numbers and lists are such in JSON; texts that look like them are not.
class SettingsTest {
  private static String json(String... keysAndTexts) throws JsonProcessingException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; i < keysAndTexts.length; i += 2) {
      texts.put(keysAndTexts[i], keysAndTexts[i + 1]);
    }
    return new ObjectMapper().writeValueAsString(Settings.typed(texts));
  }

  @Test
  void numbersAndLists() throws JsonProcessingException {
    assertEquals(
        "{\"concept\":\"7\",\"seed\":-9223372036854775808,\"steps\":50,\"guidance\":7.5}",
        json("concept", "7", "seed", "-9223372036854775808", "steps", "50", "guidance", "7.5"));
    assertEquals(
        "{\"schedule_steps\":10,\"samples\":2,\"prompts\":[\"a\",\"b\\\"\"]}",
        json("schedule_steps", "10", "samples", "2", "prompts", "[\"a\",\"b\\\"\"]"));
  }

  @Test
  void picturesAreACountOrAFolder() throws JsonProcessingException {
    assertEquals("{\"pictures\":8}", json("pictures", "8"));
    assertEquals("{\"pictures\":\"photos\"}", json("pictures", "photos"));
    assertEquals(
        "{\"pictures\":\"8\",\"pictures_hash\":\"1f\"}",
        json("pictures", "8", "pictures_hash", "1f"));
  }

  @Test
  void whatIsNoNumberOrListStays() throws JsonProcessingException {
    assertEquals("{\"steps\":\"many\",\"seed\":\"\"}", json("steps", "many", "seed", ""));
    assertEquals("{\"guidance\":\"NaN\"}", json("guidance", "NaN"));
    assertEquals("{\"guidance\":\"x\"}", json("guidance", "x"));
    assertEquals("{\"prompts\":\"[\"}", json("prompts", "["));
    assertEquals("{\"prompts\":\"\"}", json("prompts", ""));
    assertEquals("{\"prompts\":\"{}\"}", json("prompts", "{}"));
  }
}
