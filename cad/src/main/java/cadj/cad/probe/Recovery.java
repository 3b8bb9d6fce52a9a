package cadj.cad.probe;

import cadj.cad.statistics.Proportion;
import cadj.tensor.Tensor;
import java.util.SequencedMap;

/// What came of one variant of a probe.
///
/// @param variant such as strength → 0.5, prompt → ""
/// @param pictures [N,3,H,W] in [−1, 1], not clamped
/// @param seen whether each shows the concept
public record Recovery(
    String probe, SequencedMap<String, String> variant, Tensor pictures, boolean[] seen) {
  /// The share of pictures that show the concept.
  public Proportion share() {
    int count = 0;
    for (boolean one : seen) {
      count += one ? 1 : 0;
    }
    return new Proportion(count, seen.length);
  }
}
