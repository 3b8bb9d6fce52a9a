package cadj.cad.edit;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Scores of a concept against those of what is to stay: a weight that matters to another concept
/// as much as to this one is no longer a candidate.
///
/// ```
/// positive end:  s − max_o |s_o|
/// negative end:  s + max_o |s_o|
/// ```
public final class Contrast {
  private final SequencedMap<String, float[]> largest = new LinkedHashMap<>();

  /// Adds scores of another concept, which must be of the same parameters as all others.
  public void add(SequencedMap<String, Tensor> other) {
    other.forEach(
        (name, score) -> {
          float[] values = score.toFloats();
          float[] most = largest.computeIfAbsent(name, its -> new float[values.length]);
          requireSize(name, most.length, values.length);
          for (int i = 0; i < values.length; i++) {
            most[i] = Math.max(most[i], Math.abs(values[i]));
          }
        });
  }

  /// The concept's own scores against all that were added; unchanged, if none were.
  public SequencedMap<String, Tensor> of(
      SequencedMap<String, Tensor> scores, Ablation.Which which) {
    float sign =
        switch (which) {
          case POSITIVE -> -1;
          case NEGATIVE -> 1;
          case BOTH ->
              throw new IllegalArgumentException(
                  "against: expected one end, positive or negative, got both");
        };
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    scores.forEach((name, score) -> out.put(name, moved(name, score, sign)));
    return out;
  }

  private Tensor moved(String name, Tensor score, float sign) {
    if (largest.isEmpty()) {
      return score;
    }
    float[] most = largest.getOrDefault(name, new float[0]);
    requireSize(name, score.elements(), most.length);
    float[] values = score.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] += sign * most[i];
    }
    return Tensor.of(values, score.shape().toArray());
  }

  private static void requireSize(String name, int expected, int found) {
    require(expected == found, "against: expected %d scores of %s, got %d", expected, name, found);
  }
}
