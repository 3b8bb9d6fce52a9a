package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Tape;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sums over units: gradients as if added in double precision, positive and negative scores by
/// step.
class AccumulatorTest {
  private final Tensor a = Tensor.of(new float[] {1, -2, 3}, 3);
  private final Tensor b = Tensor.of(new float[] {5}, 1);
  private final SequencedMap<String, Tensor> watched = new LinkedHashMap<>();

  AccumulatorTest() {
    watched.put("a", a);
    watched.put("b", b);
  }

  /// A unit whose gradient by `parameter` is `gradient`, and which depends on nothing else.
  private Function<Tape.Receiver, Scored> unit(Tensor parameter, double value, float... gradient) {
    return gradients -> {
      gradients.accept(parameter, Tensor.of(gradient, gradient.length));
      return new Scored(value, List.of());
    };
  }

  @Test
  void gradientsAddUpAndAreDivided() {
    Accumulator sums = new Accumulator(watched, 2);
    sums.add(0, unit(a, 1, 1, 2, 3));
    sums.add(1, unit(a, 2, 10, 20, -30));
    assertArrayEquals(new float[] {5.5f, 11, -13.5f}, sums.gradient("a", 2));
    assertEquals(2, sums.next());
  }

  @Test
  void whatNoUnitReachesStaysZero() {
    Accumulator sums = new Accumulator(watched, 1);
    sums.add(0, unit(a, 1, 1, 2, 3));
    assertArrayEquals(new float[] {0}, sums.gradient("b", 1));
    assertArrayEquals(new double[] {10, 0}, sums.positive(1)); // 1·1 + 3·3; b
  }

  @Test
  void scoresAreSplitBySignAndStep() {
    Accumulator sums = new Accumulator(watched, 2);
    sums.add(0, unit(a, 1, 1, 2, 3)); // scores 1, −4, 9
    sums.add(1, unit(b, 2, -2)); // score −10
    sums.add(1, unit(b, 3, 4)); // score 20
    assertArrayEquals(new double[] {10, 0, 0, 20}, sums.positive(1));
    assertArrayEquals(new double[] {-4, 0, 0, -10}, sums.negative(1));
    assertArrayEquals(new double[] {5, 0, 0, 10}, sums.positive(2));
    assertArrayEquals(new double[] {1, 5}, sums.objectives(1));
  }

  @Test
  void manySmallGradientsBesideALargeOneAreNotLost() {
    Accumulator sums = new Accumulator(watched, 1);
    sums.add(0, unit(b, 0, 1e8f));
    for (int i = 0; i < 1000; i++) {
      sums.add(0, unit(b, 0, 1));
    }
    assertArrayEquals(new float[] {1e8f + 1000}, sums.gradient("b", 1));
  }

  @Test
  void aSavedStateGoesOnWithTheSameBits(@TempDir Path folder) {
    Accumulator whole = new Accumulator(watched, 1);
    Accumulator first = new Accumulator(watched, 1);
    for (Accumulator sums : List.of(whole, first)) {
      sums.add(0, unit(a, 0.1, 0.1f, 1e7f, 3));
      sums.add(0, unit(a, 0.2, 0.2f, 0.3f, 3));
    }
    Path file = folder.resolve("state");
    first.save(file, Map.of("seed", "1"));
    Accumulator second = new Accumulator(watched, 1);
    second.load(file, Map.of("seed", "1"), 9);
    assertEquals(2, second.next());
    for (Accumulator sums : List.of(whole, second)) {
      sums.add(0, unit(a, 0.3, 0.7f, 0.4f, 3));
    }
    assertArrayEquals(whole.gradient("a", 3), second.gradient("a", 3));
    assertArrayEquals(whole.positive(1), second.positive(1));
    assertArrayEquals(whole.negative(1), second.negative(1));
    assertArrayEquals(whole.objectives(1), second.objectives(1));
  }

  @Test
  void aStateOfOtherSettingsIsRefused(@TempDir Path folder) {
    Path file = folder.resolve("state");
    new Accumulator(watched, 1).save(file, Map.of("seed", "1"));
    Accumulator other = new Accumulator(watched, 1);
    String message =
        assertThrows(FileFormatException.class, () -> other.load(file, Map.of("seed", "2"), 9))
            .getMessage();
    assertTrue(message.contains("seed: expected 2 (an unfinished run of other settings"), message);
    assertThrows(
        FileFormatException.class,
        () -> new Accumulator(watched, 2).load(file, Map.of("seed", "1"), 9));
  }
}
