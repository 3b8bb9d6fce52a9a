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

/// Ids of transformers' slow `CLIPTokenizer`, without ftfy everywhere, and with it where that is
/// the same.
@GoldenTest
class TokenizerGoldenTest {
  @Test
  void idsAreThoseWithoutFtfy() {
    forEachCase((tokenizer, prompt) -> assertIds("ids_without_ftfy", tokenizer, prompt));
  }

  @Test
  void idsAreThoseOfFtfyWhereItChangesNothing() {
    forEachCase(
        (tokenizer, prompt) -> {
          if (prompt.bool("same")) {
            assertIds("ids", tokenizer, prompt);
          }
        });
  }

  /// The recorded lengths are of texts as ftfy leaves them.
  @Test
  void untruncatedLengthsCountTheSpecials() {
    forEachCase(
        (tokenizer, prompt) -> {
          if (!prompt.bool("same")) {
            return;
          }
          Encoding encoding = tokenizer.encode(prompt.string("prompt"));
          int expected = prompt.integer("untruncated_length");
          assertEquals(expected, encoding.untruncatedLength(), prompt.string("prompt"));
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
        long[] actual =
            prompts.stream()
                .flatMapToLong(
                    prompt -> Arrays.stream(tokenizer.encode(prompt.string("prompt")).ids()))
                .toArray();
        assertArrayEquals(expected, actual, file.toString());
        Golden.count(prompts.size());
      }
    }
  }

  private static void assertIds(String key, ClipTokenizer tokenizer, JsonObject prompt) {
    long[] expected = Arrays.stream(prompt.intList(key)).asLongStream().toArray();
    String text = prompt.string("prompt");
    assertArrayEquals(expected, tokenizer.encode(text).ids(), text);
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
