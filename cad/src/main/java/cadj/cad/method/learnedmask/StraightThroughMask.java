package cadj.cad.method.learnedmask;

import static java.util.Objects.requireNonNull;

import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// A binary mask of weights w that follows gradients of real-valued z, straight through the
/// threshold:
///
/// ```
/// w∘[z > ½] is what the model has;  g = w·∂L/∂(w∘[z > ½])
/// z ← clamp(z − rate·m̂/(√v̂ + ε), 0, 1),  m̂, v̂ Adam's moments of g (β 0.9, 0.98)
/// ```
///
/// ε is the 99th percentile of the first gradients' sizes, so that weights that matter little
/// hardly move. The rate stays for three fifths of the steps, then falls to 0 linearly.
final class StraightThroughMask {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.98;
  private static final double CONSTANT = 0.6;
  private static final double QUANTILE = 0.99;
  private static final int MOST_GRADIENTS = 1 << 20;

  private final SequencedMap<String, Tensor> weights;
  private final int steps;
  private final double lr;
  private final Map<String, float[]> z = new LinkedHashMap<>();
  private final Map<String, float[]> first = new LinkedHashMap<>();
  private final Map<String, float[]> second = new LinkedHashMap<>();
  private final Map<String, boolean[]> fixed = new LinkedHashMap<>();
  private double epsilon;
  private int step;

  /// @param weights what may be zeroed
  /// @param steps that will be taken
  StraightThroughMask(SequencedMap<String, Tensor> weights, int steps, double lr) {
    this.weights = weights;
    this.steps = steps;
    this.lr = lr;
    weights.forEach(
        (name, w) -> {
          float[] ones = new float[w.elements()];
          Arrays.fill(ones, 1);
          z.put(name, ones);
          first.put(name, new float[w.elements()]);
          second.put(name, new float[w.elements()]);
        });
  }

  /// Begins with these weights zeroed, at z = `start`.
  void begin(Map<String, int[]> zeroed, float start) {
    zeroed.forEach(
        (name, indices) -> {
          float[] its = requireNonNull(z.get(name));
          for (int index : indices) {
            its[index] = start;
          }
        });
  }

  /// Leaves these weights as they are.
  void fix(String name, boolean[] weights) {
    fixed.put(name, weights);
  }

  /// w∘[z > ½], each a new tensor.
  SequencedMap<String, Tensor> masked() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    weights.forEach(
        (name, w) -> {
          float[] values = w.toFloats();
          float[] its = requireNonNull(z.get(name));
          for (int i = 0; i < values.length; i++) {
            values[i] = its[i] > 0.5f ? values[i] : 0;
          }
          out.put(name, Tensor.of(values, w.shape().toArray()).onCurrentDevice());
        });
    return out;
  }

  /// One step.
  ///
  /// @param gradients ∂L/∂(w∘[z > ½]) by parameter; used up
  void step(Map<String, float[]> gradients) {
    gradients.forEach(
        (name, g) -> {
          float[] w = requireNonNull(weights.get(name)).toFloats();
          for (int i = 0; i < g.length; i++) {
            g[i] *= w[i];
          }
        });
    if (step == 0) {
      epsilon = quantile(gradients);
    }
    double rate = step < CONSTANT * steps ? lr : lr * (steps - step) / (steps * (1 - CONSTANT));
    step++;
    double correct1 = 1 - Math.pow(BETA1, step);
    double correct2 = 1 - Math.pow(BETA2, step);
    gradients.forEach(
        (name, g) -> {
          float[] m = requireNonNull(first.get(name));
          float[] v = requireNonNull(second.get(name));
          float[] its = requireNonNull(z.get(name));
          boolean[] stays = fixed.get(name);
          for (int i = 0; i < g.length; i++) {
            m[i] = (float) (BETA1 * m[i] + (1 - BETA1) * g[i]);
            v[i] = (float) (BETA2 * v[i] + (1 - BETA2) * g[i] * g[i]);
            double by = rate * (m[i] / correct1) / (Math.sqrt(v[i] / correct2) + epsilon);
            if (stays == null || !stays[i]) {
              its[i] = (float) Math.clamp(its[i] - by, 0, 1);
            }
          }
        });
  }

  private static double quantile(Map<String, float[]> gradients) {
    long all = gradients.values().stream().mapToLong(g -> g.length).sum();
    int every = (int) Math.ceilDiv(all, MOST_GRADIENTS);
    double[] sorted =
        gradients.values().stream()
            .flatMapToDouble(
                g ->
                    IntStream.range(0, Math.ceilDiv(g.length, every))
                        .mapToDouble(i -> Math.abs(g[i * every])))
            .sorted()
            .toArray();
    return sorted[(int) (QUANTILE * (sorted.length - 1))];
  }

  /// Flat indices with z ≤ ½, by parameter, without those that have none.
  Map<String, int[]> zeroed() {
    Map<String, int[]> out = new LinkedHashMap<>();
    z.forEach(
        (name, its) -> {
          int[] indices = IntStream.range(0, its.length).filter(i -> its[i] <= 0.5f).toArray();
          if (indices.length > 0) {
            out.put(name, indices);
          }
        });
    return out;
  }
}
