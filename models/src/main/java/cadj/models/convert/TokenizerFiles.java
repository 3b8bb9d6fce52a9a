package cadj.models.convert;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// Copies a tokenizer's files, those of the program's own vocabulary uncompressed.
final class TokenizerFiles {
  private static final List<String> NAMES =
      List.of(
          "vocab.json",
          "merges.txt",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "spiece.model");

  private static final String COMPRESSED = ".gz";

  private TokenizerFiles() {}

  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (String name : NAMES) {
      Path plain = from.resolve(name);
      Path compressed = from.resolve(name + COMPRESSED);
      Path shared = from.resolveSibling(name + COMPRESSED);
      if (Files.exists(plain)) {
        Files.copy(plain, to.resolve(name));
      } else if (Files.exists(compressed) || Files.exists(shared)) {
        try (InputStream in =
            new GZIPInputStream(
                Files.newInputStream(Files.exists(compressed) ? compressed : shared))) {
          Files.copy(in, to.resolve(name));
        }
      }
    }
  }
}
