package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
    assertThrows(IllegalArgumentException.class, () -> ScoredSteps.evenly(0, 50));
    assertThrows(IllegalArgumentException.class, () -> ScoredSteps.evenly(51, 50));
  }

  /// Two prompts with two start noises; two prompts with one noise for each of two pictures.
  @Test
  void correctedScoresAreMeansAndReferenceOnesSums() {
    assertEquals(4, Runs.eraseCorrected().divisor());
    assertEquals(1, Runs.eraseReference().divisor());
    assertEquals(4, Runs.amplify(Mode.CORRECTED).divisor());
    assertEquals(1, Runs.amplify(Mode.REFERENCE).divisor());
  }
}
