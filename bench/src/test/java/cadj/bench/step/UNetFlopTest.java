package cadj.bench.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// The count is what profilers of PyTorch give for Stable Diffusion 1.4.
class UNetFlopTest {
  /// Multiplications with one addition each, at 64×64.
  private static final double PUBLISHED = 401e9;

  @Test
  void countsAsOthersDo() {
    assertEquals(1, UNetFlop.forward(64) / (2 * PUBLISHED), 0.02);
  }

  /// Four times as many pixels; attention among pixels grows by sixteen, text and time by none.
  @Test
  void growsWithTheImage() {
    assertEquals(4.3, UNetFlop.forward(64) / UNetFlop.forward(32), 0.2);
  }
}
