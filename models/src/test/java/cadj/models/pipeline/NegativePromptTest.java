package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.denoiser.Conditioning;
import cadj.models.files.Folders;
import cadj.models.files.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An absent negative prompt of a model with one text encoder is an empty text for each prompt.
final class NegativePromptTest {
  private static final List<String> PROMPTS = List.of("a bag", "a coat");

  @TempDir private Path temp;

  @Test
  void anAbsentOneIsEmpty() {
    assertEmpty(TextEncoder.load(ModelFiles.open("fashion")));
  }

  /// `force_zeros_for_empty_prompt` is a key of XL's pipeline alone.
  @Test
  void zerosAreXls() throws IOException {
    Path copy = Folders.copy(ModelFiles.open("fashion").path(), temp.resolve("copy"));
    Path index = copy.resolve("model_index.json");
    Files.writeString(
        index, Folders.with(Files.readString(index), "force_zeros_for_empty_prompt", "true"));
    assertEmpty(TextEncoder.load(ModelFiles.open(copy)));
  }

  private static void assertEmpty(TextEncoder text) {
    Conditioning prompts = text.encode(PROMPTS, 32, 32);
    Conditioning negative = text.encodeNegative(null, prompts, 32, 32);
    assertTrue(negative.sameAs(text.encode(List.of("", ""), 32, 32)));
    assertFalse(negative.sameAs(prompts));
    Conditioning given = text.encodeNegative(List.of("a hat", ""), prompts, 32, 32);
    assertTrue(given.sameAs(text.encode(List.of("a hat", ""), 32, 32)));
  }
}
