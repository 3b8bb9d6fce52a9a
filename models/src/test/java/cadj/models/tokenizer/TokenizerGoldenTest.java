package cadj.models.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.models.files.ModelFiles;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/// Ids of transformers' slow `CLIPTokenizer`, which transformers 5 no longer has, wherever today's
/// gives the same; with ftfy, where that changed nothing.
@GoldenTest
class TokenizerGoldenTest {
  /// Beginnings of the prompts that the slow one took otherwise, without ftfy.
  private static final List<String> SLOW_ONLY =
      List.of(
          "\u65e5\u672c\u8a9e", // spaces around each ideograph
          "emoji \ud83d\ude00", // joiners dropped
          "na\u00c3\u00afve", // C1 control characters dropped
          "nbsp\u00a0between", // zero-width space dropped
          "control\u0000null", // control characters dropped
          "\u0130stanbul"); // a sigma that ends a word

  /// And this one, where the end token pads: a plain string as padding is found in lower case only.
  private static final String UPPER_CASE_SPECIAL = "<|ENDOFTEXT|>";

  @Test
  void idsAreTheSlowOnesWithFewExceptions() {
    forEachCase(
        (tokenizer, prompt) -> {
          String text = prompt.string("prompt");
          long[] slow = longs(prompt.intList("ids_without_ftfy"));
          long[] ids = tokenizer.encode(text).ids();
          assertEquals(isSlowOnly(tokenizer, text), !Arrays.equals(slow, ids), text);
          if (prompt.bool("same") && !isSlowOnly(tokenizer, text)) {
            assertArrayEquals(longs(prompt.intList("ids")), ids, text);
          }
        });
  }

  /// The recorded lengths are of texts as ftfy leaves them.
  @Test
  void untruncatedLengthsCountTheSpecials() {
    forEachCase(
        (tokenizer, prompt) -> {
          String text = prompt.string("prompt");
          if (!prompt.bool("same") || isSlowOnly(tokenizer, text)) {
            return;
          }
          Encoding encoding = tokenizer.encode(text);
          int expected = prompt.integer("untruncated_length");
          assertEquals(expected, encoding.untruncatedLength(), text);
          assertEquals(expected > tokenizer.maxLength(), encoding.isTruncated());
        });
  }

  @Test
  void specialIdsAndSizesAreReported() {
    for (Path file : files()) {
      JsonObject golden = JsonFile.read(file);
      ClipTokenizer tokenizer = tokenizer(file);
      assertEquals(golden.integer("bos_token_id"), tokenizer.startId());
      assertEquals(golden.integer("eos_token_id"), tokenizer.endId());
      assertEquals(golden.integer("pad_token_id"), tokenizer.padId());
      assertEquals(golden.integer("model_max_length"), tokenizer.maxLength());
      assertEquals(golden.integer("vocab_size"), tokenizer.vocabSize());
      Golden.count(1);
    }
  }

  /// The same ids as a tensor, one row per prompt.
  @Test
  void rowsOfIds() {
    for (Path file : Golden.ofModels("expected/tokenizer*.safetensors")) {
      String json = Golden.name(file).replace(".safetensors", ".json");
      List<JsonObject> prompts = JsonFile.read(Golden.require(json)).list("cases").objects();
      ClipTokenizer tokenizer = tokenizer(file);
      try (SafetensorsFile golden = Golden.open(file)) {
        long[] expected = golden.tensor("input_ids_without_ftfy").toLongs();
        int length = tokenizer.maxLength();
        for (int n = 0; n < prompts.size(); n++) {
          String text = prompts.get(n).string("prompt");
          if (!isSlowOnly(tokenizer, text)) {
            assertArrayEquals(
                Arrays.copyOfRange(expected, n * length, (n + 1) * length),
                tokenizer.encode(text).ids(),
                text);
          }
        }
        assertEquals(expected.length, prompts.size() * length);
        Golden.count(prompts.size());
      }
    }
  }

  private static boolean isSlowOnly(ClipTokenizer tokenizer, String prompt) {
    return SLOW_ONLY.stream().anyMatch(prompt::startsWith)
        || (prompt.startsWith(UPPER_CASE_SPECIAL) && tokenizer.padId() == tokenizer.endId());
  }

  private static long[] longs(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }

  private static void forEachCase(BiConsumer<ClipTokenizer, JsonObject> test) {
    for (Path file : files()) {
      ClipTokenizer tokenizer = tokenizer(file);
      for (JsonObject prompt : JsonFile.read(file).list("cases").objects()) {
        test.accept(tokenizer, prompt);
        Golden.count(1);
      }
    }
  }

  private static List<Path> files() {
    return Golden.ofModels("expected/tokenizer*.json");
  }

  /// `sd1-tiny/expected/tokenizer_2.json` is about `sd1-tiny/tokenizer_2`.
  private static ClipTokenizer tokenizer(Path expectedFile) {
    String name = expectedFile.getFileName().toString();
    return ModelFiles.open(expectedFile.getParent().getParent())
        .tokenizer(name.substring(0, name.indexOf('.')));
  }
}
