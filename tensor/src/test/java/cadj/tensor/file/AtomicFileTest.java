package cadj.tensor.file;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole or not at all, and nothing else is left beside it.
class AtomicFileTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("a");
  }

  /// What is in the folder, folders too.
  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.skip(1).map(path -> folder.relativize(path).toString()).sorted().toList();
    }
  }

  @Test
  void aFileAppearsWhenItIsComplete() throws IOException {
    Files.writeString(file, "old");
    AtomicFile.write(
        file,
        fresh -> {
          assertEquals(folder, fresh.getParent());
          assertFalse(Files.exists(fresh));
          Files.writeString(fresh, "new");
          assertEquals("old", Files.readString(file));
        });
    assertEquals("new", Files.readString(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  void aFolderAppearsWhenItIsComplete() throws IOException {
    AtomicFile.writeFolder(
        file,
        fresh -> {
          Files.writeString(fresh.resolve("b"), "x");
          assertFalse(Files.exists(file));
        });
    assertEquals(List.of("a", "a/b"), names());
  }

  @Test
  void missingFoldersAreMade() throws IOException {
    AtomicFile.write(folder.resolve("c/d/e"), Files::createFile);
    AtomicFile.writeFolder(folder.resolve("f/g"), fresh -> {});
    assertEquals(List.of("c", "c/d", "c/d/e", "f", "f/g"), names());
  }

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    Files.writeString(file, "old");
    IOException full = new IOException("disk full");
    RuntimeException other = new IllegalStateException();
    UncheckedIOException told =
        assertThrows(
            UncheckedIOException.class,
            () ->
                AtomicFile.write(
                    file,
                    fresh -> {
                      Files.writeString(fresh, "half");
                      throw full;
                    }));
    assertSame(full, told.getCause());
    assertTrue(told.getMessage().startsWith(file + ": cannot be written: "), told.getMessage());
    assertSame(
        other,
        assertThrows(
            IllegalStateException.class,
            () ->
                AtomicFile.writeFolder(
                    folder.resolve("b"),
                    fresh -> {
                      Files.createDirectories(fresh.resolve("c/d"));
                      Files.writeString(fresh.resolve("c/e"), "half");
                      throw other;
                    })));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("a"), names());
  }

  @Test
  void aFailureWithinNamesTheFileThatWasAskedFor() {
    UncheckedIOException told =
        assertThrows(
            UncheckedIOException.class,
            () ->
                AtomicFile.writeFolder(
                    file,
                    fresh ->
                        AtomicFile.write(
                            fresh.resolve("b"),
                            inner -> {
                              throw new IOException("disk full");
                            })));
    assertTrue(told.getMessage().startsWith(file + ": cannot be written: "), told.getMessage());
    assertFalse(told.getMessage().contains(".tmp"), told.getMessage());
  }

  @Test
  void whatCannotBeReadIsTold() throws IOException {
    Path source = folder.resolve("source");
    UncheckedIOException told =
        assertThrows(
            UncheckedIOException.class,
            () -> AtomicFile.write(file, fresh -> Files.copy(source, fresh)));
    assertEquals(source + ": cannot be read: no such file", told.getMessage());
    UncheckedIOException ofContent = FileFailure.of(source, "is odd", new NoSuchFileException("s"));
    assertSame(
        ofContent,
        assertThrows(
            UncheckedIOException.class,
            () ->
                AtomicFile.write(
                    file,
                    fresh -> {
                      throw ofContent;
                    })));
    assertEquals(List.of(), names());
  }

  @Test
  void aFolderTakesNothingsPlaceAndAFileNoFolders() throws IOException {
    Files.createDirectory(file);
    assertThrows(
        UncheckedIOException.class, () -> AtomicFile.write(file, fresh -> Files.createFile(fresh)));
    assertThrows(UncheckedIOException.class, () -> AtomicFile.writeFolder(file, fresh -> {}));
    assertEquals(List.of("a"), names());
    assertTrue(Files.isDirectory(file));
  }

  /// A program that takes for ever to write a file in a folder.
  static final class Endless {
    private Endless() {}

    public static void main(String... args) {
      AtomicFile.writeFolder(
          Path.of(args[0]),
          fresh ->
              AtomicFile.write(
                  fresh.resolve("b"),
                  file -> {
                    try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
                      while (true) {
                        channel.write(ByteBuffer.allocate(1), 0);
                      }
                    }
                  }));
    }
  }

  @Test
  void theEndOfTheProgramLeavesNothing() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Endless.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    while (process.isAlive() && names().size() < 2) {
      Thread.sleep(10);
    }
    assertEquals(2, names().size(), "a folder and a file");
    process.destroy(); // SIGTERM, which ends it as SIGINT does
    // Sooner than the ten seconds after which a writer that does not stop is given up.
    assertTrue(process.waitFor(8, TimeUnit.SECONDS));
    assertEquals(List.of(), names());
  }

  @Test
  void whereNothingCanBeWrittenIsToldBefore() throws IOException {
    Files.createFile(file);
    for (Path wrong : List.of(file.resolve("b"), file.resolve("b/c"))) {
      assertEquals(
          "%s: cannot be written: %s is no folder".formatted(wrong, file),
          assertThrows(UncheckedIOException.class, () -> AtomicFile.requireWritable(wrong))
              .getMessage());
    }
    Path longName = folder.resolve("n".repeat(300));
    assertThrows(UncheckedIOException.class, () -> AtomicFile.requireWritable(longName));
    AtomicFile.requireWritable(file);
    AtomicFile.requireWritable(folder.resolve("b/c/d"));
    AtomicFile.requireWritable(Path.of("relative"));
    assertEquals(List.of("a"), names());
  }

  @Test
  void aFolderWithoutPermissionIsToldBefore() throws IOException {
    PosixFileAttributeView permissions =
        Files.getFileAttributeView(folder, PosixFileAttributeView.class);
    assumeTrue(permissions != null, "permissions as POSIX has them");
    permissions.setPermissions(PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assumeFalse(Files.isWritable(folder), "who may write everywhere sees nothing");
      assertEquals(
          file + ": cannot be written: permission denied",
          assertThrows(UncheckedIOException.class, () -> AtomicFile.requireWritable(file))
              .getMessage());
    } finally {
      permissions.setPermissions(PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void whatKilledWritersLeftIsDeletedAndNothingElse() throws IOException {
    String unique = UUID.randomUUID().toString();
    Files.createDirectories(folder.resolve(".a." + unique + ".tmp/b/c"));
    Files.writeString(folder.resolve(".a." + UUID.randomUUID() + ".tmp"), "half");
    List<String> others =
        List.of(".a.b." + unique + ".tmp", ".a.tmp", ".b." + unique + ".tmp", "a");
    for (String other : others) {
      Files.writeString(folder.resolve(other), "");
    }
    AtomicFile.deleteUnfinished(file);
    assertEquals(others, names());
  }
}
