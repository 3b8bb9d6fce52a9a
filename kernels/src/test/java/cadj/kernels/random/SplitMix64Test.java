package cadj.kernels.random;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SplitMix64Test {
  /// The JDK's draws one after another, with the same constants.
  @Test
  void isTheJdksByPosition() {
    for (long seed : new long[] {0, 1, -5101000, Long.MAX_VALUE}) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < 100; i++) {
        assertEquals(random.nextLong(), SplitMix64.at(seed, i));
      }
    }
  }
}
