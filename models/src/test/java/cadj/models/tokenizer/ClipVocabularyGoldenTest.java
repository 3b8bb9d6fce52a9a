package cadj.models.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.files.EmbeddedModels;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Ids of transformers 5's `CLIPTokenizer` with the published vocabulary.
@GoldenTest
class ClipVocabularyGoldenTest {
  private static final int LENGTH = 77;

  private final ClipTokenizer padsWithEnd = ClipTokenizer.load(EmbeddedModels.clipTokenizer());
  private final ClipTokenizer padsWithZero = ClipTokenizer.load(EmbeddedModels.clipTokenizer2());

  private static List<JsonObject> prompts() {
    return JsonFile.readList(Golden.require("tokenizer-clip/prompts.json")).objects();
  }

  @Test
  void theVocabularyIsThePublishedOne() {
    assertEquals(49408, padsWithEnd.vocabSize());
    assertEquals(49406, padsWithEnd.startId());
    assertEquals(49407, padsWithEnd.endId());
    assertEquals(49407, padsWithEnd.padId());
    assertEquals(0, padsWithZero.padId());
    assertEquals(49407, padsWithZero.endId());
    assertEquals(LENGTH, padsWithZero.maxLength());
    Golden.count(1);
  }

  @Test
  void idsPaddedWithTheEnd() {
    for (JsonObject prompt : prompts()) {
      assertIds(prompt.intList("ids"), 49407, padsWithEnd, prompt.string("prompt"));
      Golden.count(1);
    }
  }

  @Test
  void idsPaddedWithZero() {
    int others = 0;
    for (JsonObject prompt : prompts()) {
      others += prompt.has("ids_pad0") ? 1 : 0;
      assertIds(
          prompt.intList(prompt.has("ids_pad0") ? "ids_pad0" : "ids"),
          0,
          padsWithZero,
          prompt.string("prompt"));
      Golden.count(1);
    }
    assertTrue(others > 50);
  }

  /// What was cut off is told as the pipelines tell it.
  @Test
  void lengthsAndWhatIsLost() {
    for (JsonObject prompt : prompts()) {
      Encoding encoding = padsWithEnd.encode(prompt.string("prompt"));
      int length = prompt.integer("untruncated_length");
      assertEquals(length, encoding.untruncatedLength(), prompt.string("prompt"));
      assertEquals(length > LENGTH, encoding.isTruncated());
      assertEquals(prompt.stringOr("overflow", ""), encoding.lost());
      Golden.count(1);
    }
  }

  @Test
  void openAisCleaning() {
    int cleaned = 0;
    for (JsonObject prompt : prompts()) {
      if (prompt.has("cleaned_openai")) {
        assertEquals(prompt.string("cleaned_openai"), OpenAiText.of(prompt.string("prompt")));
        cleaned++;
      }
      Golden.count(1);
    }
    assertEquals(110, cleaned);
  }

  @Test
  void openAisIds() {
    ClipTokenizer openAi = ClipTokenizer.load(EmbeddedModels.clipTokenizer(), Cleaning.OPENAI);
    for (JsonObject prompt : prompts()) {
      int[] ids = prompt.intList(prompt.bool("same") ? "ids" : "ids_openai");
      assertIds(ids, 49407, openAi, prompt.string("prompt"));
      Golden.count(1);
    }
  }

  private static void assertIds(int[] expected, int pad, ClipTokenizer tokenizer, String prompt) {
    long[] padded = new long[LENGTH];
    Arrays.fill(padded, pad);
    for (int i = 0; i < expected.length; i++) {
      padded[i] = expected[i];
    }
    assertEquals(Arrays.toString(padded), Arrays.toString(tokenizer.encode(prompt).ids()), prompt);
  }
}
