package cadj.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// Medians and ratios of turns.
class TimesTest {
  private static Times times(double... seconds) {
    return new Times("x", seconds, 0);
  }

  @Test
  void medianIsTheMiddleOne() {
    assertEquals(2, times(9, 1, 2).median());
    assertEquals(1.5, times(9, 1, 2, 0).median());
    assertEquals(Double.NaN, times().median());
  }

  @Test
  void bestIsTheLeast() {
    assertEquals(1, times(9, 1, 2).best());
  }

  @Test
  void ratioIsOfRoundsNotOfMedians() {
    assertEquals(2, times(2, 20, 200).over(times(1, 10, 100)));
    assertEquals(4, times(4, 6, 400).over(times(1, 3, 100)));
  }
}
