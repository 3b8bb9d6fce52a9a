package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.kernels.random.SplitMix64;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// A random set of weights that takes no memory: whether a weight is in is computed from its number
/// among all, counted through the parameters in their order, row-major.
///
/// ```
/// weight i is in if splitmix64(seed, i) >>> 40 < threshold
/// ```
///
/// @param threshold of 2²⁴
/// @param first numbers of each parameter's first weight
public record RandomMask(long seed, long threshold, Map<String, Long> first) {
  private static final int BITS = 24;

  /// @param p share of the weights that are in, on average
  public static RandomMask of(long seed, double p, SequencedMap<String, Tensor> parameters) {
    Map<String, Long> first = new LinkedHashMap<>();
    long next = 0;
    for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
      first.put(parameter.getKey(), next);
      next += parameter.getValue().elements();
    }
    return new RandomMask(seed, threshold(p), first);
  }

  /// The threshold for a share p.
  public static long threshold(double p) {
    require(p >= 0 && p <= 1, "random set: expected a share of 0 to 1, got %s", p);
    return (long) (p * (1L << BITS));
  }

  /// Whether the `number`-th of all is in.
  public boolean has(long number) {
    return SplitMix64.at(seed, number) >>> (Long.SIZE - BITS) < threshold;
  }

  /// Flat indices of a parameter's weights that are in, ascending.
  public int[] indices(String parameter, int elements) {
    long from = requireNonNull(first.get(parameter));
    int[] out = new int[elements];
    int count = 0;
    for (int i = 0; i < elements; i++) {
      if (has(from + i)) {
        out[count++] = i;
      }
    }
    return Arrays.copyOf(out, count);
  }

  /// Sum of those of a parameter's values that are in.
  double sum(String parameter, float[] values) {
    double sum = 0;
    for (int index : indices(parameter, values.length)) {
      sum += values[index];
    }
    return sum;
  }

  /// One value for weights that are in, another for the rest, of the shape of `w`.
  Tensor values(String parameter, Tensor w, float in, float rest) {
    float[] out = new float[w.elements()];
    Arrays.fill(out, rest);
    for (int index : indices(parameter, out.length)) {
      out[index] = in;
    }
    return Tensor.of(out, w.shape().toArray());
  }
}
