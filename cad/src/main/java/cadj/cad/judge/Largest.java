package cadj.cad.judge;

/// Where the largest of some values is, of equal ones the first.
final class Largest {
  private Largest() {}

  /// The place in `values`, from `from` up to but not `to`.
  static int of(float[] values, int from, int to) {
    int best = from;
    for (int i = from + 1; i < to; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
