package cadj.cad.method.ssd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.cad.edit.Change;
import org.junit.jupiter.api.Test;

class DampeningTest {
  private static final float[] WEIGHTS = {1, -2, 3, 4, 5};

  /// Ratios I_f/I_k of 1, 20, 10, none, infinite: above α = 10 are the second and the last.
  @Test
  void byThePapersRule() {
    Change.Scaled change =
        new Dampening(10, 1)
            .of(WEIGHTS, new float[] {1, 40, 10, 0, 2}, new float[] {1, 2, 1, 0, 0});
    assertArrayEquals(new int[] {1, 4}, change.indices());
    assertArrayEquals(new float[] {0.05f, 0}, change.factors());
    assertArrayEquals(new float[] {-2, 5}, change.weights());
  }

  /// β is at most 1: with a large λ nothing changes until the ratio exceeds it.
  @Test
  void lambdaSaysHowStrongly() {
    Change.Scaled change =
        new Dampening(2, 8).of(WEIGHTS, new float[] {1, 4, 8, 16, 32}, new float[] {1, 1, 1, 1, 1});
    assertArrayEquals(new int[] {3, 4}, change.indices());
    assertArrayEquals(new float[] {0.5f, 0.25f}, change.factors());
  }

  @Test
  void refusals() {
    assertEquals(
        "ssd: expected alpha from 0, got -1.0",
        assertThrows(IllegalArgumentException.class, () -> new Dampening(-1, 1)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Dampening(1, Double.NaN));
  }
}
