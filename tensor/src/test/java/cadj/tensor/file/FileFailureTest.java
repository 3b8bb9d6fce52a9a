package cadj.tensor.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No class of Java's in what is said of a file.
class FileFailureTest {
  @TempDir private Path folder;

  @Test
  void reasons() {
    assertReason("no such file", new NoSuchFileException("x"));
    assertReason("permission denied", new AccessDeniedException("x"));
    assertReason("x exists already", new FileAlreadyExistsException("x"));
    assertReason("x is no folder", new NotDirectoryException("x"));
    assertReason("interrupted", new ClosedByInterruptException());
    assertReason(
        "no space left on device", new FileSystemException("x", "y", "No space left on device"));
    assertReason("x", new FileSystemException("x"));
    assertReason("is a directory", new IOException("Is a directory"));
    assertReason("PNG ends", new IOException("PNG ends"));
    assertReason("X", new IOException("X"));
    assertReason("IOException", new IOException());
  }

  private static void assertReason(String expected, IOException e) {
    assertEquals(expected, FileFailure.reason(e));
  }

  @Test
  void ourOwnErrorsStayAndJavasAreWorded() {
    IOException cause = new AccessDeniedException("a");
    UncheckedIOException own = FileFailure.of(Path.of("b"), "cannot be written", cause);
    assertSame(cause, own.getCause());
    assertEquals("b: cannot be written: permission denied", own.getMessage());
    assertEquals(own.getMessage(), FileFailure.line(own));
    assertEquals("a: permission denied", FileFailure.line(new UncheckedIOException(cause)));
    assertEquals("full", FileFailure.line(new UncheckedIOException(new IOException("Full"))));
  }

  @Test
  void whatTheSystemSays() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Path inFile = file.resolve("x");
    assertEquals(
        "not a directory",
        FileFailure.reason(assertThrows(IOException.class, () -> Files.readString(inFile))));
    for (Path unreadable : List.of(inFile, folder)) {
      IOException e = assertThrows(IOException.class, () -> Files.readString(unreadable));
      assertEquals(
          unreadable + ": cannot be read: " + FileFailure.reason(e),
          FileFormatException.unreadable(unreadable, e).getMessage());
    }
  }
}
