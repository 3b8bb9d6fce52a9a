package cadj.kernels.natives;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Where JCuda unpacks its libraries: it takes the folder of `java.io.tmpdir`, and a file of the
/// expected name that lies there already, whoever has put it there. So it gets a new folder that is
/// this user's alone, emptied once the libraries are loaded.
public final class Unpacking {
  private static final String PLACE = "java.io.tmpdir";

  private Unpacking() {}

  /// Runs `load`, in which libraries of JCuda are loaded for the first time.
  public static synchronized void run(Runnable load) {
    String usual = System.getProperty(PLACE);
    Path own = newFolder();
    System.setProperty(PLACE, own.toString());
    try {
      load.run();
    } finally {
      System.setProperty(PLACE, usual);
      delete(own);
    }
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("cadj-jcuda");
    } catch (IOException e) {
      throw new UncheckedIOException("no place to unpack JCuda's libraries", e);
    }
  }

  /// What is loaded stays so; Windows keeps such files until the program ends.
  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      folder.toFile().deleteOnExit();
    }
  }
}
