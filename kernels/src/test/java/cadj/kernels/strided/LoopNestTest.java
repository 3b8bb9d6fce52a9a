package cadj.kernels.strided;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.twins.RandomStrides;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class LoopNestTest {
  @Test
  void plainWalkIsOneLoop() {
    LoopNest nest = LoopNest.of(new int[] {2, 3, 4}, new int[] {12, 4, 1}, new int[] {12, 4, 1});
    assertEquals(1, nest.rank());
    assertEquals(24, nest.innerSize());
    assertEquals(1, nest.outerCount());
  }

  @Test
  void outputMovesLeastInInnermostLoop() {
    LoopNest transpose = LoopNest.of(new int[] {3, 4}, new int[] {1, 3}, new int[] {4, 1});
    assertEquals(3, transpose.innerSize());
    assertEquals(1, transpose.innerStride(0));
    assertEquals(4, transpose.innerStride(1));
  }

  @Test
  void withoutElementsItDoesNoStep() {
    LoopNest nest = LoopNest.of(new int[] {3, 0, 2}, new int[] {7, 2, 1}, new int[] {1, 0, 9});
    assertEquals(0, nest.innerSize() * nest.outerCount());
    assertEquals(0, nest.start(0, 0));
    assertEquals(0, nest.start(1, 0));
  }

  /// Visits what plain nested loops visit: the same places of all operands together.
  @RepeatedTest(50)
  void visitsEveryElement(RepetitionInfo run) {
    SplittableRandom random = new SplittableRandom(run.getCurrentRepetition());
    int[] sizes = random.ints(random.nextInt(5), 1, 4).toArray();
    int[] out = RandomStrides.injective(sizes, random);
    int[] in = RandomStrides.broadcast(sizes, random);
    List<String> expected = new ArrayList<>();
    loops(sizes, out, in, 0, 0, 0, expected);
    LoopNest nest = LoopNest.of(sizes, out, in);
    List<String> visited = new ArrayList<>();
    for (int outer = 0; outer < nest.outerCount(); outer++) {
      for (int i = 0; i < nest.innerSize(); i++) {
        visited.add(
            (nest.start(0, outer) + i * nest.innerStride(0))
                + "←"
                + (nest.start(1, outer) + i * nest.innerStride(1)));
      }
    }
    assertEquals(expected.stream().sorted().toList(), visited.stream().sorted().toList());
  }

  @Test
  void reachesToTheLastStep() {
    LoopNest nest = LoopNest.of(new int[] {3, 4}, new int[] {4, 1}, new int[] {0, 7});
    assertEquals(12, nest.reach(0));
    assertEquals(22, nest.reach(1));
    assertEquals(0, LoopNest.of(new int[] {3, 0}, new int[] {4, 1}).reach(0));
    assertEquals(1, LoopNest.of(new int[0], new int[0]).reach(0));
  }

  @Test
  void leavesOutLoops() {
    LoopNest nest = LoopNest.of(new int[] {2, 3, 5}, new int[] {15, 5, 1}, new int[] {1, 2, 6});
    LoopNest rest = nest.without(0);
    assertEquals(3, rest.innerSize() * rest.outerCount());
    assertEquals(5, rest.innerStride(0));
    assertEquals(2, rest.innerStride(1));
    assertEquals(
        1,
        LoopNest.of(new int[] {2, 3}, new int[] {3, 1}, new int[] {1, 2}).without(0).innerSize());
  }

  @Test
  void refusesWhatItCannotWalk() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> LoopNest.of(new int[] {2, 3}, new int[] {3, 1}, new int[] {-3, 1}));
    assertEquals(
        "nest: strides [-3, 1] must be 2 numbers from 0 up, for sizes [2, 3]", e.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> LoopNest.of(new int[] {2}, new int[] {2, 1}));
  }

  private static void loops(
      int[] sizes, int[] out, int[] in, int d, int o, int i, List<String> visited) {
    if (d == sizes.length) {
      visited.add(o + "←" + i);
      return;
    }
    for (int k = 0; k < sizes[d]; k++) {
      loops(sizes, out, in, d + 1, o + k * out[d], i + k * in[d], visited);
    }
  }
}
