package cadj.cad.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  private static final Map<String, ?> SEED = Map.of("seed", 1);

  @TempDir private Path folder;

  private static List<String> cells(Ledger ledger) {
    return ledger.lines().stream().map(line -> line.string(LedgerKeys.CELL)).toList();
  }

  /// However short the line is that comes in its place, and once only.
  @Test
  void aLineThatWasCutOffIsDroppedWhenTheNextIsAdded() throws IOException {
    Path file = folder.resolve("ledger");
    Ledger first = Ledger.open(file);
    first.add("a", SEED, Map.of("found", 2));
    first.add("b", SEED, Map.of("found", "much that was lost when the program was killed"));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
    Ledger again = Ledger.open(file);
    assertEquals(List.of("a"), cells(again));
    assertEquals(bytes.length - 3, Files.size(file), "nothing is written by reading");
    again.add("c", SEED, Map.of());
    again.add("d", SEED, Map.of());
    assertEquals(List.of("a", "c", "d"), cells(again));
    assertEquals(List.of("a", "c", "d"), cells(Ledger.read(file)));
    assertEquals(3, Files.readAllLines(file).size());
  }
}
