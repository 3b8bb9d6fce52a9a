package cadj.autograd.ops;

/// The plain formula of the normalisations.
final class Normalised {
  private Normalised() {}

  /// (x − mean)/√(var + eps) for each run of `length` values.
  static double[] runs(double[] x, int length, float eps) {
    double[] out = new double[x.length];
    for (int from = 0; from < x.length; from += length) {
      double mean = 0;
      for (int i = from; i < from + length; i++) {
        mean += x[i] / length;
      }
      double var = 0;
      for (int i = from; i < from + length; i++) {
        var += (x[i] - mean) * (x[i] - mean) / length;
      }
      for (int i = from; i < from + length; i++) {
        out[i] = (x[i] - mean) / Math.sqrt(var + eps);
      }
    }
    return out;
  }
}
