package cadj.models.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// Where rounding decides; the rest is compared with recorded runs in [RecordedRunsTest].
final class TimestepSpacingTest {
  /// 1000 − i·1000/48 lies between two integers for every third i; numpy's steps are a little short
  /// of that, so that halves are not all rounded to even.
  @Test
  void halves() {
    double[] timesteps = TimestepSpacing.TRAILING.descending(1000, 48, 0);
    assertArrayEquals(
        HALVES_AT_48,
        new double[] {timesteps[3], timesteps[9], timesteps[15], timesteps[21], timesteps[27]});
    assertArrayEquals(timesteps, TimestepSpacing.TRAILING.descendingAboveLast(1000, 1000, 48, 0));
  }

  private static final double[] HALVES_AT_48 = {936, 811, 686, 561, 436};

  /// Strides are the whole schedule's, of which the part in use has room for fewer.
  @Test
  void partOfASchedule() {
    assertArrayEquals(
        new double[] {599, 349, 99}, TimestepSpacing.TRAILING.descendingAboveLast(1000, 600, 4, 0));
    assertArrayEquals(
        new double[] {481, 361, 241, 121},
        TimestepSpacing.LEADING.descendingAboveLast(1000, 600, 4, 1));
    assertArrayEquals(
        new double[] {599, 449, 300, 150},
        TimestepSpacing.LINSPACE.descendingAboveLast(1000, 600, 4, 0));
  }

  @Test
  void asManyStepsAsFit() {
    assertEquals(999, TimestepSpacing.LINSPACE.descendingAboveLast(1000, 1000, 999, 0).length);
  }
}
