package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

/// Which steps of a schedule are scored.
final class ScoredSteps {
  private ScoredSteps() {}

  /// `count` of `total` step numbers, spread evenly; all of them if the two are equal.
  static int[] evenly(int count, int total) {
    requireWithin(count, total);
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      out[i] = (int) ((2L * i + 1) * total / (2L * count));
    }
    return out;
  }

  static void requireWithin(int count, int total) {
    require(
        count >= 1 && count <= total,
        "steps: expected 1 to %d, as many as the schedule has, got %d",
        total,
        count);
  }
}
