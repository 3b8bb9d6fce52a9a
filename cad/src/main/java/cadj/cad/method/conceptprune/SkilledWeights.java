package cadj.cad.method.conceptprune;

import cadj.cad.edit.Ablation;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Which weights of a linear layer are skilled in a concept, in ConceptPrune's sense.
///
/// ```
/// s_ij = |W_ij|·n_j      n_j the norm of input feature j
/// ```
///
/// Of each row's n weights those are whose s is among the ⌊ratio·n⌋ highest with the concept, and
/// higher than without it.
final class SkilledWeights {
  private SkilledWeights() {}

  /// Those at one call.
  ///
  /// @param weight [out,in]
  /// @param target norms [in] of prompts with the concept
  /// @param base the same without it
  static boolean[] of(Tensor weight, float[] target, float[] base, double ratio) {
    float[] scores = scores(weight, target);
    float[] without = scores(weight, base);
    boolean[] out = new boolean[scores.length];
    SequencedMap<String, Tensor> one = new LinkedHashMap<>();
    one.put("", Tensor.of(scores.clone(), weight.shape().toArray()));
    new Ablation(Ablation.Which.POSITIVE, Ablation.Per.ROW, new Ablation.Ratio(ratio))
        .select(one)
        .values()
        .forEach(
            highest -> {
              for (int i : highest) {
                out[i] = scores[i] > without[i];
              }
            });
    return out;
  }

  private static float[] scores(Tensor weight, float[] norms) {
    float[] out = weight.toFloats();
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.abs(out[i]) * norms[i % norms.length];
    }
    return out;
  }

  /// Those at more than `selectRatio` of the calls.
  static boolean[] union(List<boolean[]> byCall, double selectRatio) {
    boolean[] out = new boolean[byCall.getFirst().length];
    for (int i = 0; i < out.length; i++) {
      int count = 0;
      for (boolean[] call : byCall) {
        count += call[i] ? 1 : 0;
      }
      out[i] = count > selectRatio * byCall.size();
    }
    return out;
  }
}
