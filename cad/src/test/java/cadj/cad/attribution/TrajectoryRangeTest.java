package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ranges are written counting from 1.
class TrajectoryRangeTest {
  @Test
  void severalAndOne() {
    assertEquals(new TrajectoryRange(2, 4), TrajectoryRange.parse("3-5"));
    assertEquals(new TrajectoryRange(3, 3), TrajectoryRange.parse("4"));
    assertEquals("3-5", new TrajectoryRange(2, 4).toString());
    assertEquals("4", TrajectoryRange.parse("4-4").toString());
    assertEquals(3, TrajectoryRange.parse("3-5").count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "0-3", "5-3", "-3", "3-", "a", "1-2-3", "1.5", "999999999"})
  void othersAreRefused(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> TrajectoryRange.parse(text))
            .getMessage();
    assertTrue(message.startsWith("trajectories: expected a range such as 3-5"), message);
  }

  @Test
  void aMessageCountsFromOneToo() {
    assertEquals(
        "trajectories: expected a range such as 3-5, counted from 1, got 5-3",
        assertThrows(IllegalArgumentException.class, () -> TrajectoryRange.parse("5-3"))
            .getMessage());
  }
}
