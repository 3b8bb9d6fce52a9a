package cadj.cad.edit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.cad.edit.Ablation.Which;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class ContrastTest {
  private static SequencedMap<String, Tensor> scores(String name, float... values) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put(name, Tensor.of(values, 1, values.length));
    return out;
  }

  @Test
  void theLargestOfTheOthersIsTakenFromEachEnd() {
    Contrast contrast = new Contrast();
    contrast.add(scores("w", 1, -4, 0, 2));
    contrast.add(scores("w", -3, 1, 0, 1));
    SequencedMap<String, Tensor> own = scores("w", 5, 5, -5, -1);
    assertArrayEquals(
        new float[] {2, 1, -5, -3}, contrast.of(own, Which.POSITIVE).get("w").toFloats());
    assertArrayEquals(
        new float[] {8, 9, -5, 1}, contrast.of(own, Which.NEGATIVE).get("w").toFloats());
    assertArrayEquals(new float[] {5, 5, -5, -1}, own.get("w").toFloats());
    assertEquals(
        "against: expected one end, positive or negative, got both",
        assertThrows(IllegalArgumentException.class, () -> contrast.of(own, Which.BOTH))
            .getMessage());
  }

  @Test
  void againstNothingScoresStay() {
    SequencedMap<String, Tensor> own = scores("w", 5);
    assertSame(own.get("w"), new Contrast().of(own, Which.POSITIVE).get("w"));
  }

  @Test
  void scoresOfOtherParametersAreRefused() {
    Contrast contrast = new Contrast();
    contrast.add(scores("w", 1, 2));
    assertEquals(
        "against: expected 3 scores of w, got 2",
        assertThrows(
                IllegalArgumentException.class,
                () -> contrast.of(scores("w", 1, 2, 3), Which.POSITIVE))
            .getMessage());
    assertEquals(
        "against: expected 1 scores of v, got 0",
        assertThrows(
                IllegalArgumentException.class, () -> contrast.of(scores("v", 1), Which.POSITIVE))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> contrast.add(scores("w", 1)));
  }
}
