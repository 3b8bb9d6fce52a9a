package cadj.models.denoiser;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Conditioning inputs cut, joined and compared, each of their parts.
final class ConditioningTest {
  private final Conditioning two = xl(1, 2);

  /// Samples whose text, pooled text and time ids are v, 10 v and 100 v.
  private static Conditioning xl(float... values) {
    return new Conditioning(times(1, values), times(10, values), times(100, values));
  }

  private static Tensor times(float factor, float... values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = factor * values[i];
    }
    return Tensor.of(out, out.length, 1);
  }

  private static void assertIs(Conditioning expected, Conditioning actual) {
    assertEquals(expected.batch(), actual.batch());
    assertArrayEquals(expected.text().toFloats(), actual.text().toFloats());
    assertEquals(expected.pooled() == null, actual.pooled() == null);
    if (expected.pooled() != null && actual.pooled() != null) {
      assertArrayEquals(expected.pooled().toFloats(), actual.pooled().toFloats());
    }
    assertEquals(expected.timeIds() == null, actual.timeIds() == null);
    if (expected.timeIds() != null && actual.timeIds() != null) {
      assertArrayEquals(expected.timeIds().toFloats(), actual.timeIds().toFloats());
    }
  }

  @Test
  void samples() {
    assertIs(xl(2), two.samples(1, 2));
    assertIs(xl(1, 2), two.samples(0, 2));
    assertIs(Conditioning.of(times(1, 2)), Conditioning.of(two.text()).samples(1, 2));
  }

  @Test
  void joined() {
    assertIs(xl(1, 2, 3), two.then(xl(3)));
    assertIs(
        Conditioning.of(times(1, 1, 2, 3)),
        Conditioning.of(two.text()).then(Conditioning.of(times(1, 3))));
  }

  @Test
  void compared() {
    assertTrue(two.sameAs(xl(1, 2)));
    assertFalse(two.sameAs(xl(1)));
    assertFalse(two.sameAs(Conditioning.of(two.text())));
    Tensor other = times(1, 7, 7);
    assertFalse(two.sameAs(new Conditioning(other, two.pooled(), two.timeIds())));
    assertFalse(two.sameAs(new Conditioning(two.text(), other, two.timeIds())));
    assertFalse(two.sameAs(new Conditioning(two.text(), two.pooled(), other)));
  }

  @Test
  void timeIdsNeedPooledText() {
    Conditioning pooled = new Conditioning(two.text(), two.pooled(), null);
    assertIs(new Conditioning(times(1, 2), times(10, 2), null), pooled.samples(0, 2).samples(1, 2));
    assertIs(
        new Conditioning(times(1, 1, 2, 1, 2), times(10, 1, 2, 1, 2), null), pooled.then(pooled));
    assertEquals(
        List.of(two.text().storage(), Objects.requireNonNull(two.pooled()).storage()),
        pooled.storages());
    assertThrows(
        IllegalArgumentException.class, () -> new Conditioning(two.text(), null, two.timeIds()));
  }
}
