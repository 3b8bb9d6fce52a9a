package cadj.kernels.strided;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.Cpu;
import cadj.kernels.twins.RandomStrides;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ParallelLoopsTest {
  /// Innermost loops short, about a task's size, and longer; many and few of them.
  private static final int[][] SIZES = {
    {},
    {0},
    {4, 0, 3},
    {7},
    {5, 3},
    {3, 4, 5, 6},
    {40_000, 3},
    {3, 40_000},
    {32_768},
    {32_769},
    {2, 3, 100_001},
    {300, 5, 120}
  };

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void takesEveryStepOnceAtItsPlaces(int threads) {
    Cpu cpu = new Cpu(threads);
    for (int[] sizes : SIZES) {
      for (int seed = 0; seed < 3; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] out = RandomStrides.injective(sizes, random);
        int[] in = RandomStrides.broadcast(sizes, random);
        LoopNest nest = LoopNest.of(sizes, out, in);
        // Each place of the output holds how often it was visited and where the input stood.
        AtomicIntegerArray visits = new AtomicIntegerArray(nest.reach(0));
        int[] places = new int[nest.reach(0)];
        ParallelLoops.each(
            cpu,
            nest,
            (at, steps) -> {
              for (int i = 0; i < steps; i++) {
                int o = at[0] + i * nest.innerStride(0);
                visits.incrementAndGet(o);
                places[o] = at[1] + i * nest.innerStride(1);
              }
            });
        check(sizes, out, in, 0, 0, 0, visits, places);
        int total = 0;
        for (int o = 0; o < places.length; o++) {
          total += visits.get(o);
        }
        assertEquals(nest.outerCount() * nest.innerSize(), total);
      }
    }
  }

  private static void check(
      int[] sizes,
      int[] out,
      int[] in,
      int d,
      int o,
      int i,
      AtomicIntegerArray visits,
      int[] places) {
    if (d == sizes.length) {
      assertEquals(1, visits.get(o));
      assertEquals(i, places[o]);
      return;
    }
    for (int k = 0; k < sizes[d]; k++) {
      check(sizes, out, in, d + 1, o + k * out[d], i + k * in[d], visits, places);
    }
  }
}
