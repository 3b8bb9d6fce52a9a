package cadj.models.tokenizer.unigram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.tokenizer.Encoding;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import cadj.tensor.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ids of `T5TokenizerFast`, from the folder as it is and from either of its files.
@GoldenTest
class T5TokenizerGoldenTest {
  @TempDir private Path temp;

  private final JsonObject golden =
      JsonFile.read(Golden.require("sd3-tiny/expected/tokenizer_3.json"));
  private final List<JsonObject> cases = golden.list("cases").objects();

  private List<T5Tokenizer> tokenizers() {
    return List.of(
        T5Tokenizer.load(T5Folder.source()),
        T5Tokenizer.load(T5Folder.of(temp.resolve("json"), T5Folder.JSON)),
        T5Tokenizer.load(T5Folder.of(temp.resolve("spiece"), T5Folder.SPIECE)));
  }

  @Test
  void idsOfBothLengths() {
    try (SafetensorsFile file = Golden.open("sd3-tiny/expected/tokenizer_3.safetensors")) {
      for (T5Tokenizer tokenizer : tokenizers()) {
        for (int length : List.of(64, 256)) {
          long[] expected = file.tensor("input_ids." + length).toLongs();
          assertEquals(expected.length, cases.size() * length);
          for (int n = 0; n < cases.size(); n++) {
            JsonObject one = cases.get(n);
            String prompt = one.string("prompt");
            Encoding encoding = tokenizer.encode(prompt, length);
            long[] row = Arrays.copyOfRange(expected, n * length, (n + 1) * length);
            assertArrayEquals(row, encoding.ids(), prompt);
            int untruncated = one.integer("untruncated_length");
            assertEquals(untruncated, encoding.untruncatedLength(), prompt);
            assertEquals(untruncated > length, encoding.isTruncated(), prompt);
            Golden.count(1);
          }
        }
      }
    }
  }

  /// Their first 40, the end among them.
  @Test
  void tokensAreCalledAsRecorded() {
    for (T5Tokenizer tokenizer : tokenizers()) {
      for (JsonObject one : cases) {
        String prompt = one.string("prompt");
        List<String> names =
            Stream.concat(
                    tokenizer.tokens(prompt).stream().map(Token::id), Stream.of(tokenizer.endId()))
                .map(tokenizer::name)
                .limit(40)
                .toList();
        assertEquals(one.list("tokens").strings(), names, prompt);
        Golden.count(1);
      }
    }
  }

  /// The bare SentencePiece model gives the same, but where special tokens are spelled out. Its
  /// first 256 ids are recorded.
  @Test
  void sentencePieceAgreesWhereNoSpecialsAreSpelled() {
    int different = 0;
    for (T5Tokenizer tokenizer : tokenizers()) {
      for (JsonObject one : cases) {
        String prompt = one.string("prompt");
        int[] bare = one.intList("ids_sentencepiece");
        int[] ids =
            IntStream.concat(
                    tokenizer.tokens(prompt).stream().mapToInt(Token::id),
                    IntStream.of(tokenizer.endId()))
                .limit(256)
                .toArray();
        boolean same = Arrays.equals(ids, bare);
        assertEquals(one.bool("same"), same, prompt);
        different += same ? 0 : 1;
        Golden.count(1);
      }
    }
    assertTrue(different > 0);
  }

  @Test
  void specialIdsAndSizesAreReported() {
    for (T5Tokenizer tokenizer : tokenizers()) {
      assertEquals(golden.integer("eos_token_id"), tokenizer.endId());
      assertEquals(golden.integer("pad_token_id"), tokenizer.padId());
      assertEquals(golden.integer("unk_token_id"), tokenizer.unknownId());
      assertEquals(golden.integer("vocab_size"), tokenizer.vocabSize());
      Golden.count(1);
    }
  }
}
