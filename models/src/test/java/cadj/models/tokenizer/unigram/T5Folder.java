package cadj.models.tokenizer.unigram;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Folders with some files of sd3-tiny's `tokenizer_3`, and what comes of loading them.
final class T5Folder {
  static final String JSON = "tokenizer.json";
  static final String SPIECE = "spiece.model";
  static final String CONFIG = "tokenizer_config.json";

  private T5Folder() {}

  static Path source() {
    return requireNonNull(Golden.require("sd3-tiny/tokenizer_3/tokenizer.json").getParent());
  }

  /// A new folder with these files.
  static Path of(Path folder, String... files) {
    try {
      Files.createDirectories(folder);
      for (String file : files) {
        Files.copy(source().resolve(file), folder.resolve(file));
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Loading `folder` must fail with one line that begins like this.
  static void assertRefused(Path folder, String file, String expected) {
    String message =
        requireNonNull(
            assertThrows(FileFormatException.class, () -> T5Tokenizer.load(folder), expected)
                .getMessage());
    String start = folder.resolve(file) + ": " + expected;
    assertTrue(message.startsWith(start), message);
  }

  static void assertSpieceRefused(Path folder, byte[] content, String expected) throws IOException {
    Files.write(folder.resolve(SPIECE), content);
    assertRefused(folder, SPIECE, expected);
  }

  static List<String> texts(T5Tokenizer tokenizer, String prompt) {
    return tokenizer.tokens(prompt).stream().map(Token::text).toList();
  }
}
