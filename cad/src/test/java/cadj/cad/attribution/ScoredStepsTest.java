package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Kind;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Which steps are scored, and what sums over units are divided by.
class ScoredStepsTest {
  @Test
  void allOfThem() {
    assertArrayEquals(IntStream.range(0, 50).toArray(), ScoredSteps.evenly(50, 50));
  }

  /// The middles of equal parts of the schedule.
  @Test
  void aFewLieInTheMiddlesOfTheirParts() {
    assertArrayEquals(new int[] {25}, ScoredSteps.evenly(1, 50));
    assertArrayEquals(new int[] {5, 15, 25, 35, 45}, ScoredSteps.evenly(5, 50));
    assertArrayEquals(new int[] {0, 2}, ScoredSteps.evenly(2, 3));
  }

  @Test
  void noneAndTooManyAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ScoredSteps(Kind.DDIM, 50, 0));
    assertThrows(IllegalArgumentException.class, () -> new ScoredSteps(Kind.DDIM, 50, 51));
    assertEquals(1, new ScoredSteps(Kind.DDIM, 50, 1).steps());
    assertEquals(50, new ScoredSteps(Kind.DDIM, 50, 50).steps());
  }

  /// PNDM's time steps 751, 501, 501, 251, 1: of its two calls at 501 the second counts.
  @Test
  void pndmsDoubledTimeStepIsScoredOnce() {
    Scheduler run = new ScoredSteps(Kind.PNDM, 4, 4).start(Runs.PIPELINE);
    assertArrayEquals(new double[] {751, 501, 501, 251, 1}, run.timesteps());
    assertArrayEquals(new int[] {0, 2, 3, 4}, new ScoredSteps(Kind.PNDM, 4, 4).spread(run));
    assertArrayEquals(new int[] {2, 4}, new ScoredSteps(Kind.PNDM, 4, 2).spread(run));
    assertArrayEquals(new double[] {501, 1}, ScoredSteps.timesteps(run, 2, 4));
  }

  /// Some of Karras's last levels fall on one time step, and are scored one by one all the same.
  @Test
  void levelsOfOneTimeStepAreAllScored() {
    ScoredSteps all = new ScoredSteps(Kind.DPMPP_2M_KARRAS, 100, 100);
    Scheduler run = all.start(Runs.PIPELINE);
    assertTrue(Arrays.stream(run.timesteps()).distinct().count() < 100);
    assertArrayEquals(IntStream.range(0, 100).toArray(), all.spread(run));
  }

  /// A schedule may have fewer steps than were asked for.
  @Test
  void moreThanTheScheduleHasAreRefused() {
    ScoredSteps steps = new ScoredSteps(Kind.PNDM, 4, 4);
    Scheduler shorter = new ScoredSteps(Kind.DDIM, 3, 3).start(Runs.PIPELINE);
    assertEquals(
        "steps: expected 1 to 3, as many as this schedule has, got 4",
        assertThrows(IllegalArgumentException.class, () -> steps.spread(shorter)).getMessage());
  }

  /// Two prompts with two noise samples, of two pictures where there are some.
  @Test
  void correctedScoresAreMeansAndReferenceOnesSums() {
    assertEquals(4, Runs.eraseCorrected().divisor());
    assertEquals(1, Runs.eraseReference().divisor());
    assertEquals(8, Runs.amplify(Mode.CORRECTED).divisor());
    assertEquals(2, Runs.amplify(Mode.REFERENCE).divisor());
  }
}
