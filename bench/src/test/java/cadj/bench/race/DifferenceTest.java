package cadj.bench.race;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.F32;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Results are compared relative to the largest value; what cannot be compared differs without end.
class DifferenceTest {
  private static final F32 EXPECTED = F32.of(1, -4, 2);

  private static double difference(float... found) {
    return Difference.between(List.of(EXPECTED), List.of(F32.of(found)));
  }

  @Test
  void isRelativeToTheLargestValue() {
    assertEquals(0, difference(1, -4, 2));
    assertEquals(0.25, difference(1, -5, 2.5f));
  }

  @Test
  void isTheWorstOfAllResults() {
    List<F32> twice = List.of(EXPECTED, EXPECTED);
    assertEquals(1, Difference.between(twice, List.of(EXPECTED, F32.of(1, 0, 2))));
  }

  @Test
  void sizesNumbersAndContentMatter() {
    assertEquals(Double.POSITIVE_INFINITY, difference(1, -4));
    assertEquals(Double.POSITIVE_INFINITY, difference(1, Float.NaN, 2));
    assertEquals(Double.POSITIVE_INFINITY, Difference.between(List.of(EXPECTED), List.of()));
    F32 nothing = F32.of(0, 0);
    assertEquals(Double.POSITIVE_INFINITY, Difference.between(List.of(nothing), List.of(nothing)));
  }
}
