package cadj.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Unpacking, with files that are no libraries; real ones are loaded by [StubLibraries].
final class RedistributedLibrariesTest {
  private static final String FOLDER = "org/bytedeco/cuda/linux-x86_64";

  @TempDir private Path folder;

  private boolean load() throws IOException {
    URL[] urls = {folder.resolve("jar").toUri().toURL()};
    try (URLClassLoader jar = new URLClassLoader(urls, null)) {
      return new RedistributedLibraries(jar, folder.resolve("cache")).load();
    }
  }

  private void put(String name, String content) throws IOException {
    Files.writeString(
        Files.createDirectories(folder.resolve("jar").resolve(FOLDER)).resolve(name), content);
  }

  private List<String> cached() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void withoutTheJarThereIsNothingToDo() throws IOException {
    Files.createDirectories(folder.resolve("jar"));
    assertFalse(load());
    assertFalse(Files.exists(folder.resolve("cache")));
  }

  @Test
  void unpacksAllOnceAndSaysWhichDoesNotLoad() throws IOException {
    put("libcublas.so.12", "products");
    put("libcudnn.so.9", "convolutions");
    put("libanother.so.1", "not ours");
    UnsatisfiedLinkError e = assertThrows(UnsatisfiedLinkError.class, this::load);
    assertTrue(e.getMessage().contains("libcudnn.so.9"), e.getMessage());
    assertEquals(List.of("libcublas.so.12", "libcudnn.so.9"), cached());
    Path cublas = folder.resolve("cache").resolve("libcublas.so.12");
    assertEquals("products", Files.readString(cublas));
    FileTime first = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(cublas, first);
    assertThrows(UnsatisfiedLinkError.class, this::load);
    assertEquals(first, Files.getLastModifiedTime(cublas), "not unpacked again");
  }

  @Test
  void anotherVersionReplacesTheOld() throws IOException {
    put("libcublas.so.12", "old");
    assertThrows(UnsatisfiedLinkError.class, this::load);
    put("libcublas.so.12", "newer");
    assertThrows(UnsatisfiedLinkError.class, this::load);
    assertEquals("newer", Files.readString(folder.resolve("cache").resolve("libcublas.so.12")));
    assertEquals(List.of("libcublas.so.12"), cached());
  }
}
