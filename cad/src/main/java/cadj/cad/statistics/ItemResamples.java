package cadj.cad.statistics;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.random.TorchGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Items drawn one by one.
record ItemResamples(int items, int count, long seed) implements Resamples {
  ItemResamples {
    require(
        items > 0 && count > 0, "bootstrap: expected items and draws, got %d and %d", items, count);
  }

  @Override
  public Stream<int[]> draws() {
    TorchGenerator random = new TorchGenerator(seed);
    return IntStream.range(0, count)
        .mapToObj(
            draw -> {
              int[] drawn = new int[items];
              for (int i = 0; i < items; i++) {
                drawn[i] = (int) (random.random32() % items);
              }
              return drawn;
            });
  }

  @Override
  public int units() {
    return items;
  }

  @Override
  public int[] without(int unit) {
    return allBut(items, unit);
  }

  static int[] allBut(int items, int item) {
    return IntStream.range(0, items).filter(i -> i != item).toArray();
  }
}
