package cadj.cad.method.salun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class SaliencyMaskTest {
  private static SequencedMap<String, Tensor> gradients() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put("a", Tensor.of(new float[] {-5, 1, 0, 2}, 2, 2));
    out.put("b", Tensor.of(new float[] {3, -4}, 2));
    return out;
  }

  /// Above the median of |g| over both parameters are 5, 4 and 3.
  @Test
  void halfOfAllWeightsTogetherByMagnitude() {
    SequencedMap<String, int[]> mask = new SaliencyMask(0.5).of(gradients());
    assertArrayEquals(new int[] {0}, mask.get("a"));
    assertArrayEquals(new int[] {0, 1}, mask.get("b"));
  }

  @Test
  void allOfThem() {
    SequencedMap<String, int[]> mask = new SaliencyMask(1).of(gradients());
    assertEquals(List.of("a", "b"), List.copyOf(mask.keySet()));
    assertArrayEquals(new int[] {0, 1, 2, 3}, mask.get("a"));
  }
}
