package cadj.cad.statistics;

import java.util.Arrays;
import java.util.stream.Stream;

/// What a bootstrap draws: numbers of items, again and again, with replacement.
///
/// A draw is made as often as it is asked for, and is the same each time.
public sealed interface Resamples permits ClusterResamples, GivenResamples, ItemResamples {
  /// Draws of single items, as large as the sample.
  static Resamples items(int items, int count, long seed) {
    return new ItemResamples(items, count, seed);
  }

  /// Draws of whole runs, then of items within each drawn run.
  ///
  /// @param clusters number of each item's run, any numbers
  static Resamples clusters(int[] clusters, int count, long seed) {
    return ClusterResamples.of(clusters, count, seed);
  }

  /// Draws made elsewhere.
  static Resamples given(int items, int[][] draws) {
    return new GivenResamples(items, draws);
  }

  /// How many items there are.
  int items();

  /// The draws.
  Stream<int[]> draws();

  /// How many units are drawn from: items, or runs.
  int units();

  /// All items but those of `unit`, for the jackknife.
  int[] without(int unit);

  /// 0 … items − 1
  default int[] all() {
    int[] all = new int[items()];
    Arrays.setAll(all, i -> i);
    return all;
  }
}
