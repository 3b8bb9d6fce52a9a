package cadj.kernels.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Libraries are unpacked where nobody else can put some, and nothing of it is left.
class UnpackingTest {
  private static final String PLACE = "java.io.tmpdir";

  private final String usual = System.getProperty(PLACE);

  @Test
  void theFolderIsNewAndThisUsersAlone() {
    List<Path> seen = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Unpacking.run(
          () -> {
            Path folder = Path.of(System.getProperty(PLACE));
            assertNotEquals(Path.of(usual), folder);
            assertFalse(seen.contains(folder));
            seen.add(folder);
            try {
              if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                assertEquals(
                    "rwx------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
              }
              Files.createFile(folder.resolve("libX.so"));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertEquals(usual, System.getProperty(PLACE));
      assertFalse(Files.exists(seen.get(i)));
    }
  }

  @Test
  void afterAFailureAllIsAsBefore() {
    assertThrows(
        UnsatisfiedLinkError.class,
        () ->
            Unpacking.run(
                () -> {
                  throw new UnsatisfiedLinkError();
                }));
    assertEquals(usual, System.getProperty(PLACE));
  }
}
