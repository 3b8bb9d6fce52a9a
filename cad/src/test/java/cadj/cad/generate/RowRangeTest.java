package cadj.cad.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which rows a range names, both ends included.
class RowRangeTest {
  private static List<Integer> rows(String range) {
    RowRange rows = RowRange.parse(range);
    return IntStream.rangeClosed(1, 6).filter(rows::has).boxed().toList();
  }

  @Test
  void bothEndsAreIn() {
    assertEquals(List.of(2, 3, 4), rows("2-4"));
    assertEquals(List.of(3), rows("3"));
    assertEquals(List.of(3), rows("3-3"));
    assertEquals(List.of(5, 6), rows("5-"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "4-2", "-3", "a", "", "1-2-3", "1.5"})
  void anythingElseIsRefused(String range) {
    assertThrows(IllegalArgumentException.class, () -> RowRange.parse(range));
  }
}
