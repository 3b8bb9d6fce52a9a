package cadj.tensor.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Which files this process has mapped, as Linux tells; elsewhere nothing is checked.
public final class MappedFiles {
  private static final Path MAPS = Path.of("/proc/self/maps");

  private MappedFiles() {}

  public static void assertNoneIn(Path folder) throws IOException {
    if (Files.exists(MAPS)) {
      List<String> mapped =
          Files.readAllLines(MAPS).stream().filter(line -> line.contains(folder + "/")).toList();
      assertEquals(List.of(), mapped, "still mapped");
    }
  }
}
