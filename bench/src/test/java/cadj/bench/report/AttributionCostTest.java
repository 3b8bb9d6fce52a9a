package cadj.bench.report;

import static cadj.bench.report.Outcomes.times;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.bench.race.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A whole attribution's cost is put together from pieces of one size, if all were measured.
class AttributionCostTest {
  private static Outcome forward(String size) {
    return Outcomes.of("unet", "forward-batch-2", size, 1, times("cadj", 2), times("PyTorch", 4));
  }

  private static Outcome erase(String size) {
    return Outcomes.of(
        "erase",
        "step",
        size,
        1,
        times("cadj", 3),
        times("PyTorch", 6),
        times("PyTorch published", 18));
  }

  @Test
  void addsUp() {
    List<String> lines = AttributionCost.lines(List.of(forward("64×64"), erase("64×64")));
    assertEquals(1, lines.size());
    String line = lines.getFirst();
    assertTrue(line.contains("1275 × 4.00 s + 50 × 18.00 s = 6000 s"), line);
    assertTrue(line.contains("50 × 3.00 s = 150 s: 40.0 times less"), line);
  }

  @Test
  void sizesAreNotMixed() {
    assertEquals(List.of(), AttributionCost.lines(List.of(forward("64×64"), erase("32×32"))));
  }

  @Test
  void saysNothingWithoutPyTorch() {
    Outcome alone = Outcomes.of("unet", "forward-batch-2", "64×64", 1, times("cadj", 2));
    assertEquals(List.of(), AttributionCost.lines(List.of(alone, erase("64×64"))));
  }
}
