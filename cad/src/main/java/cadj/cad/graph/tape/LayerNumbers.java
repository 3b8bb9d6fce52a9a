package cadj.cad.graph.tape;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The layers of a [LayeredLayout]: a number for each node of a graph without cycles, larger than
/// those of all that it reads.
final class LayerNumbers {
  private LayerNumbers() {}

  /// @param edges for each node the numbers of those that it reads
  /// @return the longest way from a source, then as far down as that makes edges shorter; a source
  ///   stands right above the first that reads it
  static int[] of(List<List<Integer>> edges) {
    int n = edges.size();
    int[] out = new int[n];
    int[] readers = new int[n];
    boolean changes = true;
    for (int round = 0; changes && round <= n; round++) {
      changes = false;
      for (int i = 0; i < n; i++) {
        for (int from : edges.get(i)) {
          if (out[i] <= out[from]) {
            out[i] = out[from] + 1;
            changes = true;
          }
        }
      }
    }
    edges.forEach(its -> its.forEach(from -> readers[from]++));
    IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingInt(i -> -out[i]))
        .filter(i -> readers[i] > 0 && inner(edges, edges.get(i)) <= readers[i])
        .forEach(i -> out[i] = firstReader(edges, out, i) - 1);
    return out;
  }

  /// How many of these are no sources.
  private static long inner(List<List<Integer>> edges, List<Integer> some) {
    return some.stream().filter(i -> !edges.get(i).isEmpty()).count();
  }

  private static int firstReader(List<List<Integer>> edges, int[] layer, int of) {
    return IntStream.range(0, layer.length)
        .filter(i -> edges.get(i).contains(of))
        .map(i -> layer[i])
        .min()
        .orElseThrow();
  }
}
