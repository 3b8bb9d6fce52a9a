package cadj.cad.statistics;

import static cadj.tensor.shape.Require.require;

import java.util.Arrays;
import java.util.stream.Stream;

/// Draws of single items, made elsewhere.
record GivenResamples(int items, int[][] drawn) implements Resamples {
  GivenResamples {
    require(
        items > 0 && drawn.length > 0,
        "bootstrap: expected items and draws, got %d and %d",
        items,
        drawn.length);
    for (int[] draw : drawn) {
      for (int i : draw) {
        require(i >= 0 && i < items, "bootstrap: expected indices below %d, got %d", items, i);
      }
    }
  }

  @Override
  public Stream<int[]> draws() {
    return Arrays.stream(drawn);
  }

  @Override
  public int units() {
    return items;
  }

  @Override
  public int[] without(int unit) {
    return ItemResamples.allBut(items, unit);
  }
}
