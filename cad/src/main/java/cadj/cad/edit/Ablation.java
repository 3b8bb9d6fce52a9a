package cadj.cad.edit;

import static cadj.tensor.shape.Require.require;

import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.ToIntFunction;

/// Which weights are zeroed, or scaled, given their scores s = w·∂J/∂w.
///
/// Of each group of n weights, k are candidates: those with the highest scores, or the lowest. A
/// candidate whose score has the wrong sign is spared; a score of exactly 0 has no wrong sign. With
/// [Which#BOTH], k at each end go, whatever their signs; if 2k ≥ n, all do. Among equal scores the
/// order in memory decides.
///
/// Per neuron, head, filter and layer, whole [Units] are ranked by the sums of their weights'
/// scores, those of the whole model together, and all weights of one go or stay. Scored weights of
/// no unit stay.
///
/// @param per what a group is
/// @param budget k of a group
public record Ablation(Which which, Per per, Budget budget) {
  /// Which end of the ranking goes.
  public enum Which {
    /// The highest scores: CAD-Erase.
    POSITIVE,
    /// The lowest: CAD-Amplify.
    NEGATIVE,
    BOTH
  }

  /// What is ranked together.
  public enum Per {
    /// Weights of one output (first dimension) of one parameter.
    ROW,
    /// Weights of one parameter.
    MATRIX,
    /// All scored weights.
    MODEL,
    /// Hidden neurons of all feed-forward blocks, each as a whole.
    NEURON,
    /// Heads of all attentions, each as a whole.
    HEAD,
    /// Filters of all convolutions, each as a whole.
    FILTER,
    /// Modules with parameters, each as a whole.
    LAYER;

    /// What is ranked as a whole; nothing where single weights are.
    ///
    /// @param heads of the attention that a parameter belongs to, 0 for one of none
    /// @throws IllegalArgumentException if none of the scored parameters belongs to any
    public List<Units> units(SequencedMap<String, Tensor> scores, ToIntFunction<String> heads) {
      return switch (this) {
        case ROW, MATRIX, MODEL -> List.of();
        case NEURON -> requireAny(Units.neurons(scores), scores, "a feed-forward block", Sites.FF);
        case HEAD ->
            requireAny(Units.heads(scores, heads), scores, "an attention", Sites.ATTENTION);
        case FILTER ->
            requireAny(Units.filters(scores), scores, "a convolution", Sites.CONVOLUTION);
        case LAYER -> requireAny(Units.layers(scores), scores, "a module", Sites.ALL);
      };
    }

    private List<Units> requireAny(
        List<Units> found, Map<String, Tensor> scores, String what, Sites sites) {
      require(
          !found.isEmpty(),
          "per %s: none of the %d scored parameters belongs to %s (--sites %s scores those)",
          name().toLowerCase(Locale.ROOT),
          scores.size(),
          what,
          sites);
      return found;
    }
  }

  /// How many of n.
  public sealed interface Budget permits Ratio, Count {
    int of(int n);
  }

  /// ⌊ratio·n⌋, computed in double precision as the published code does: ⌊0.29·100⌋ is 28.
  public record Ratio(double ratio) implements Budget {
    public Ratio {
      require(ratio >= 0 && ratio <= 1, "ratio: expected 0 to 1, got %s", ratio);
    }

    @Override
    public int of(int n) {
      return (int) (ratio * n);
    }
  }

  /// Exactly `count`, or all if there are fewer.
  public record Count(int count) implements Budget {
    public Count {
      require(count >= 0, "count: expected at least 0, got %d", count);
    }

    @Override
    public int of(int n) {
      return Math.min(count, n);
    }
  }

  /// The same for a budget [Per] what needs no heads.
  public SequencedMap<String, int[]> select(SequencedMap<String, Tensor> scores) {
    require(per != Per.HEAD, "per head: expected the number of heads");
    return select(scores, parameter -> 0);
  }

  /// Flat indices of the weights to zero, ascending, by parameter; a parameter that keeps all is
  /// left out.
  ///
  /// @param heads of the attention that a parameter belongs to, 0 for one of none, such as
  ///   [cadj.models.denoiser.Denoiser#heads]
  public SequencedMap<String, int[]> select(
      SequencedMap<String, Tensor> scores, ToIntFunction<String> heads) {
    boolean[][] zeroed =
        switch (per) {
          case ROW -> byRow(scores);
          case MATRIX -> byMatrix(scores);
          case MODEL -> byModel(scores);
          case NEURON, HEAD, FILTER, LAYER -> byUnit(scores, per.units(scores, heads));
        };
    SequencedMap<String, int[]> out = new LinkedHashMap<>();
    int p = 0;
    for (String name : scores.keySet()) {
      int[] indices = indices(zeroed[p++]);
      if (indices.length > 0) {
        out.put(name, indices);
      }
    }
    return out;
  }

  private boolean[][] byRow(Map<String, Tensor> scores) {
    boolean[][] out = new boolean[scores.size()][];
    int p = 0;
    for (Tensor score : scores.values()) {
      float[] s = score.toFloats();
      out[p] = new boolean[s.length];
      int rows = score.rank() > 1 ? score.dim(0) : 1;
      int n = rows == 0 ? 0 : s.length / rows;
      for (int row = 0; row < rows; row++) {
        mark(Arrays.copyOfRange(s, row * n, (row + 1) * n), out[p], row * n);
      }
      p++;
    }
    return out;
  }

  private boolean[][] byMatrix(Map<String, Tensor> scores) {
    boolean[][] out = new boolean[scores.size()][];
    int p = 0;
    for (Tensor score : scores.values()) {
      float[] s = score.toFloats();
      out[p] = new boolean[s.length];
      mark(s, out[p++], 0);
    }
    return out;
  }

  private boolean[][] byModel(Map<String, Tensor> scores) {
    long total = scores.values().stream().mapToLong(Tensor::elements).sum();
    require(total <= Integer.MAX_VALUE, "per model: more than 2^31-1 scores, %d", total);
    float[] all = new float[(int) total];
    int at = 0;
    for (Tensor score : scores.values()) {
      System.arraycopy(score.toFloats(), 0, all, at, score.elements());
      at += score.elements();
    }
    boolean[] zeroed = new boolean[all.length];
    mark(all, zeroed, 0);
    boolean[][] out = new boolean[scores.size()][];
    at = 0;
    int p = 0;
    for (Tensor score : scores.values()) {
      out[p++] = Arrays.copyOfRange(zeroed, at, at + score.elements());
      at += score.elements();
    }
    return out;
  }

  private boolean[][] byUnit(SequencedMap<String, Tensor> scores, List<Units> blocks) {
    float[] sums = new float[blocks.stream().mapToInt(Units::count).sum()];
    int at = 0;
    for (Units block : blocks) {
      for (double sum : block.sums(scores)) {
        sums[at++] = (float) sum;
      }
    }
    boolean[] chosen = new boolean[sums.length];
    mark(sums, chosen, 0);
    SequencedMap<String, boolean[]> zeroed = new LinkedHashMap<>();
    scores.forEach((name, score) -> zeroed.put(name, new boolean[score.elements()]));
    at = 0;
    for (Units block : blocks) {
      block.mark(Arrays.copyOfRange(chosen, at, at + block.count()), scores, zeroed);
      at += block.count();
    }
    return zeroed.values().toArray(boolean[][]::new);
  }

  /// Marks what goes of one group.
  private void mark(float[] scores, boolean[] zeroed, int from) {
    int n = scores.length;
    int k = budget.of(n);
    if (k == 0) {
      return;
    }
    int[] order = ascending(scores);
    boolean lowest = which != Which.POSITIVE;
    boolean highest = which != Which.NEGATIVE;
    for (int i = 0; i < k; i++) {
      if (lowest) {
        int low = order[i];
        zeroed[from + low] |= which == Which.BOTH || !(scores[low] > 0);
      }
      if (highest) {
        int high = order[n - 1 - i];
        zeroed[from + high] |= which == Which.BOTH || !(scores[high] < 0);
      }
    }
  }

  /// Indices by score, equal scores by index: sorted as one long each, the score's bits above the
  /// index.
  private static int[] ascending(float[] scores) {
    long[] keys = new long[scores.length];
    for (int i = 0; i < keys.length; i++) {
      require(!Float.isNaN(scores[i]), "ablation: a score is not a number");
      int bits = Float.floatToIntBits(scores[i] + 0f); // -0 and 0 are equal
      int ordered = bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
      keys[i] = (long) ordered << 32 | i;
    }
    Arrays.sort(keys);
    int[] out = new int[keys.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) keys[i];
    }
    return out;
  }

  private static int[] indices(boolean[] marked) {
    int count = 0;
    for (boolean mark : marked) {
      count += mark ? 1 : 0;
    }
    int[] out = new int[count];
    int at = 0;
    for (int i = 0; i < marked.length; i++) {
      if (marked[i]) {
        out[at++] = i;
      }
    }
    return out;
  }
}
