package cadj.cad.judge;

/// Shares of some logits.
final class Softmax {
  private Softmax() {}

  /// exp(factor·x_at) over the sum of exp(factor·x_i), i from `from` up to but not `to`.
  static double of(float[] x, int from, int to, int at, double factor) {
    double most = x[Largest.of(x, from, to)];
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += Math.exp(factor * (x[i] - most));
    }
    return Math.exp(factor * (x[at] - most)) / sum;
  }
}
