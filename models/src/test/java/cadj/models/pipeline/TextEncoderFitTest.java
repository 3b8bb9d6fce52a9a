package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.models.files.Folders;
import cadj.models.files.ModelFiles;
import cadj.models.files.RandomModelFolder;
import cadj.models.files.RandomModelFolder.Sizes;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A text encoder needs an embedding for each id that its tokenizer gives, and for each position.
final class TextEncoderFitTest {
  /// Of the embedded model's tokenizer, which random models have.
  private static final int VOCABULARY = 602;

  @TempDir private Path temp;

  @Test
  void anEmbeddingForEachId() {
    RandomModelFolder.write(temp.resolve("fits"), sizes(VOCABULARY));
    TextEncoder.load(ModelFiles.open(temp.resolve("fits")));
    RandomModelFolder.write(temp.resolve("lacks"), sizes(VOCABULARY - 1));
    assertRefused(
        "lacks/text_encoder", "vocab_size: expected at least the tokenizer's 602, found 601");
  }

  private static Sizes sizes(int vocabulary) {
    return new Sizes(List.of(8, 8), 2, 8, List.of(8, 8), 8, 8, 1, 1, vocabulary);
  }

  @Test
  void anEmbeddingForEachPositionInBothEncoders() throws IOException {
    Path model = Golden.require("sdxl-tiny/model_index.json").getParent();
    Path first = Folders.copy(model, temp.resolve("first"));
    setLength(first.resolve("tokenizer"), 78);
    assertRefused("first/text_encoder", tooLong(78));
    Path second = Folders.copy(model, temp.resolve("second"));
    setLength(second.resolve("tokenizer_2"), 79);
    assertRefused("second/text_encoder_2", tooLong(79));
  }

  private static void setLength(Path tokenizer, int length) throws IOException {
    Path config = tokenizer.resolve("tokenizer_config.json");
    Files.writeString(
        config, Folders.with(Files.readString(config), "model_max_length", String.valueOf(length)));
  }

  private static String tooLong(int length) {
    return "max_position_embeddings: expected at least the tokenizer's model_max_length %d, found 77"
        .formatted(length);
  }

  /// @param part a folder below the model's
  private void assertRefused(String part, String message) {
    Path model = temp.resolve(part).getParent();
    assertEquals(
        temp.resolve(part).resolve("config.json") + ": " + message,
        assertThrows(FileFormatException.class, () -> TextEncoder.load(ModelFiles.open(model)))
            .getMessage());
  }
}
