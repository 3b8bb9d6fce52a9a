package cadj.tensor.file;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.weights.WeightFiles;
import cadj.tensor.weights.WeightNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What lies in a file's place is told as what it is, by every reader.
@DisabledOnOs(OS.WINDOWS) // links want privileges there
final class ReadableFileTest {
  private static final List<Consumer<Path>> READERS =
      List.of(ReadableFile::require, SafetensorsFile::open, WeightFiles::open, JsonFile::read);

  @TempDir private Path folder;

  @Test
  void files() throws IOException {
    Path file = folder.resolve("file");
    Files.writeString(file, "");
    assertDoesNotThrow(() -> ReadableFile.require(file));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
    assertDoesNotThrow(() -> ReadableFile.require(link));
    Files.writeString(file, "version 1.0 of a text that is no pointer");
    assertDoesNotThrow(() -> ReadableFile.require(file));
  }

  @Test
  void nothing() {
    assertTold("expected a file, found none", folder.resolve("none"));
    assertTold("expected a file, found none", folder.resolve("no/such"));
  }

  @Test
  void folders() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("model.safetensors"));
    assertTold("expected a file, found a folder", inner);
    Path link = Files.createSymbolicLink(folder.resolve("link"), inner);
    assertTold("expected a file, found a folder", link);
  }

  @Test
  void whatLiesInAFoldersPlace() throws IOException {
    Path place = folder.resolve("unet");
    for (Consumer<Path> reader :
        List.<Consumer<Path>>of(
            ReadableFile::requireFolder,
            path -> WeightFiles.find(path, WeightNames.DIFFUSERS, null))) {
      assertTold(reader, "expected a folder, found none", place);
      Files.createSymbolicLink(place, Path.of("elsewhere"));
      assertTold(
          reader, "expected a folder, found a link to elsewhere, where there is nothing", place);
      Files.delete(place);
      Files.writeString(place, "");
      assertTold(reader, "expected a folder, found a file", place);
      Files.delete(place);
    }
  }

  @Test
  void danglingLinks() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("../blobs/4d7a21"));
    assertTold("expected a file, found a link to ../blobs/4d7a21, where there is nothing", link);
    Path second = Files.createSymbolicLink(folder.resolve("second"), link);
    assertTold("expected a file, found a link to " + link + ", where there is nothing", second);
    assertTold(
        "expected a file, found none, as %s is a link to ../blobs/4d7a21, where there is nothing"
            .formatted(link),
        link.resolve("config.json"));
  }

  @Test
  void circles() throws IOException {
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, link);
    String message =
        assertThrows(FileFormatException.class, () -> ReadableFile.require(link)).getMessage();
    assertEquals(1, message.lines().count());
    assertEquals(
        link + ": cannot be read: too many",
        message.substring(0, (link + ": cannot be read: too many").length()));
  }

  @Test
  void gitLfsPointers() throws IOException {
    Path pointer = folder.resolve("pointer");
    String text =
        """
        version https://git-lfs.github.com/spec/v1
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
        size 3438167534
        """;
    Files.writeString(pointer, text);
    assertTold(
        "expected the file itself, found a git-lfs pointer to it (git lfs pull fetches the"
            + " 3,438,167,534 bytes)",
        pointer);
    Files.writeString(pointer, text.substring(0, text.indexOf("size")));
    assertTold(
        "expected the file itself, found a git-lfs pointer to it (git lfs pull fetches the file)",
        pointer);
  }

  @Test
  void webPages() throws IOException {
    Path page = folder.resolve("page");
    for (String start : List.of("<!DOCTYPE html><html>", "\n <html lang=\"en\">")) {
      Files.writeString(page, start + "<body>Sign in</body></html>");
      assertTold("expected the file itself, found a web page (download the file again)", page);
    }
  }

  @Test
  void withoutPermission() throws IOException {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "{}");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(secret), "whoever runs this may read everything");
    for (Consumer<Path> reader : READERS) {
      assertEquals(
          secret + ": cannot be read: permission denied",
          assertThrows(FileFormatException.class, () -> reader.accept(secret)).getMessage());
    }
  }

  private static void assertTold(String expected, Path file) {
    READERS.forEach(reader -> assertTold(reader, expected, file));
  }

  private static void assertTold(Consumer<Path> reader, String expected, Path file) {
    assertEquals(
        file + ": " + expected,
        assertThrows(FileFormatException.class, () -> reader.accept(file)).getMessage());
  }
}
