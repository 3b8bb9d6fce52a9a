package cadj.models.tokenizer;

import cadj.tensor.file.FileFailure;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.ReadableFile;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// A file of a vocabulary: as it is, or compressed where its name ends in `.gz`.
final class VocabularyFile {
  private static final int LARGEST = 64 << 20;

  private VocabularyFile() {}

  /// The file called `name` in `folder`, else `name.gz` there or beside the folder, where two
  /// tokenizers share one vocabulary; if there is none of these, the plain name.
  static Path find(Path folder, String name) {
    Path plain = folder.resolve(name);
    if (Files.exists(plain)) {
      return plain;
    }
    Path compressed = folder.resolve(name + ".gz");
    Path shared = folder.resolveSibling(name + ".gz");
    return Files.exists(compressed) ? compressed : Files.exists(shared) ? shared : plain;
  }

  static JsonObject json(Path file) {
    return isCompressed(file)
        ? JsonFile.parse(file, ByteBuffer.wrap(bytes(file)))
        : JsonFile.read(file);
  }

  static List<String> lines(Path file) {
    try {
      ByteBuffer utf8 = ByteBuffer.wrap(bytes(file));
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString().lines().toList();
    } catch (CharacterCodingException e) {
      throw new FileFormatException(file, "", "UTF-8 text", "other bytes", e);
    }
  }

  private static boolean isCompressed(Path file) {
    return file.toString().endsWith(".gz");
  }

  private static byte[] bytes(Path file) {
    ReadableFile.require(file);
    try {
      requireSize(file, Files.size(file));
      if (!isCompressed(file)) {
        return Files.readAllBytes(file);
      }
      try (InputStream in =
          new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
        byte[] bytes = in.readNBytes(LARGEST + 1);
        requireSize(file, bytes.length);
        return bytes;
      }
    } catch (ZipException | EOFException e) {
      throw new FileFormatException(file, "", "gzip data", FileFailure.reason(e), e);
    } catch (IOException e) {
      throw FileFormatException.unreadable(file, e);
    }
  }

  private static void requireSize(Path file, long size) {
    if (size > LARGEST) {
      throw new FileFormatException(file, "", "at most " + LARGEST + " bytes", size + " bytes");
    }
  }
}
