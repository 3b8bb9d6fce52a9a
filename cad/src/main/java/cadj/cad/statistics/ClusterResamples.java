package cadj.cad.statistics;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.random.TorchGenerator;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Runs drawn with replacement, then from each drawn run as many of its items as it has.
///
/// Pictures of one edit resemble each other, so that six pictures of each of ten runs tell less
/// than sixty runs would: an interval over pictures alone is too narrow (Davison & Hinkley 1997,
/// section 3.8).
///
/// @param runs the items of each
record ClusterResamples(List<int[]> runs, int items, int count, long seed) implements Resamples {
  static ClusterResamples of(int[] clusters, int count, long seed) {
    require(
        clusters.length > 0 && count > 0,
        "bootstrap: expected items and draws, got %d and %d",
        clusters.length,
        count);
    Map<Integer, IntStream.Builder> runs = new LinkedHashMap<>();
    for (int i = 0; i < clusters.length; i++) {
      runs.computeIfAbsent(clusters[i], run -> IntStream.builder()).add(i);
    }
    return new ClusterResamples(
        runs.values().stream().map(run -> run.build().toArray()).toList(),
        clusters.length,
        count,
        seed);
  }

  @Override
  public Stream<int[]> draws() {
    TorchGenerator random = new TorchGenerator(seed);
    return IntStream.range(0, count).mapToObj(draw -> draw(random));
  }

  private int[] draw(TorchGenerator random) {
    IntStream.Builder drawn = IntStream.builder();
    for (int r = 0; r < runs.size(); r++) {
      int[] run = runs.get((int) (random.random32() % runs.size()));
      for (int i = 0; i < run.length; i++) {
        drawn.add(run[(int) (random.random32() % run.length)]);
      }
    }
    return drawn.build().toArray();
  }

  @Override
  public int units() {
    return runs.size();
  }

  @Override
  public int[] without(int unit) {
    int[] left = runs.get(unit);
    return IntStream.range(0, items).filter(i -> Arrays.binarySearch(left, i) < 0).toArray();
  }
}
