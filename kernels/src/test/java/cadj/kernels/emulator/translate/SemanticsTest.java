package cadj.kernels.emulator.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.emulator.arithmetic.HalfPrecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table of meanings is tried whole.
class SemanticsTest {
  private static final Set<String> BOOLEAN = Set.of("and", "or", "xor");

  @Test
  void everyRowHasItsCase() {
    Set<String> tried = new TreeSet<>();
    Stream.of(
            IntegerInstructionsTest.arithmetic(),
            IntegerInstructionsTest.bits(),
            FloatInstructionsTest.single(),
            FloatInstructionsTest.twice(),
            FloatInstructionsTest.half(),
            FloatInstructionsTest.comparisons(),
            ComparisonInstructionsTest.integers(),
            ComparisonInstructionsTest.floats())
        .flatMap(table -> table)
        .forEach(it -> tried.add(meaning(it.text())));
    Set<String> missing = new TreeSet<>();
    for (Map.Entry<String, LaneOperation> row : Semantics.table().entrySet()) {
      if (!tried.contains(meaning(row.getValue()))) {
        missing.add(row.getKey());
      }
    }
    assertEquals(Set.of(), missing);
    assertTrue(Semantics.table().size() > 300, () -> "rows: " + Semantics.table().size());
  }

  private static String meaning(String text) {
    List<String> words =
        new ArrayList<>(List.of(text.substring(0, text.indexOf(' ')).split("\\.")));
    String opcode = words.removeFirst();
    if (opcode.equals("setp")) {
      words.removeIf(BOOLEAN::contains);
    }
    LaneOperation found = Semantics.of(opcode, words);
    return found == null ? "" : meaning(found);
  }

  private static String meaning(LaneOperation it) {
    String format =
        it.constants().stream()
            .filter(HalfPrecision.class::isInstance)
            .map(Object::toString)
            .findFirst()
            .orElse("");
    return it.owner().getSimpleName() + "." + it.method() + format;
  }
}
