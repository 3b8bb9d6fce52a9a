package cadj.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// Every `./cadj bench` line of the documentation parses, and names rooms that there are.
class ShellBlocksTest {
  private static final String PROGRAM = "./cadj bench ";

  @Test
  void linesParse() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path folder : List.of(Path.of(".."), Path.of("../docs"))) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path page : files.filter(file -> file.toString().endsWith(".md")).toList()) {
          for (String line : Files.readAllLines(page)) {
            if (line.startsWith(PROGRAM)) {
              found.add(line.substring(PROGRAM.length()).replaceFirst("\\s#.*", "").strip());
            }
          }
        }
      }
    }
    assertTrue(found.size() >= 3, found::toString);
    for (String line : found) {
      CommandLine command = new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true);
      var parsed = assertDoesNotThrow(() -> command.parseArgs(line.split(" +", -1)), line);
      List<String> rooms = parsed.matchedOptionValue("--only", List.of());
      Measurements measurements = new Measurements(null);
      assertEquals(List.of(), rooms.stream().filter(room -> !measurements.isKnown(room)).toList());
    }
  }
}
