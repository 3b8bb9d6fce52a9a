package cadj.cad.statistics;

import static cadj.tensor.shape.Require.require;

import cadj.kernels.random.TorchGenerator;

/// Fisher's randomisation test of paired differences: were the two sides alike, each difference
/// would be as likely with the other sign, so p is the share of all ways to set signs that give a
/// sum at least as large.
final class SignFlips {
  /// Up to this many differences all 2ⁿ ways are tried.
  static final int EXACT = 14;

  private static final int DRAWS = 20_000;

  private SignFlips() {}

  /// Two-sided p; drawn ways count themselves in ((hits + 1)/(draws + 1), Phipson & Smyth 2010), so
  /// it is never 0.
  static double p(double[] differences, long seed) {
    require(differences.length > 0, "sign test: expected at least one difference, got none");
    double observed = Math.abs(Sample.sum(differences));
    double largest = 0;
    for (double difference : differences) {
      largest += Math.abs(difference);
    }
    double bound = observed - 1e-12 * largest; // sums that differ by rounding are equal
    return differences.length <= EXACT
        ? exact(differences, bound)
        : drawn(differences, bound, new TorchGenerator(seed));
  }

  private static double exact(double[] differences, double bound) {
    int ways = 1 << differences.length;
    int hits = 0;
    for (int signs = 0; signs < ways; signs++) {
      hits += Math.abs(sum(differences, signs)) >= bound ? 1 : 0;
    }
    return (double) hits / ways;
  }

  private static double sum(double[] differences, int signs) {
    double sum = 0;
    for (int i = 0; i < differences.length; i++) {
      sum += (signs >> i & 1) == 0 ? differences[i] : -differences[i];
    }
    return sum;
  }

  private static double drawn(double[] differences, double bound, TorchGenerator random) {
    int hits = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double sum = 0;
      for (double difference : differences) {
        sum += (random.random32() & 1) == 0 ? difference : -difference;
      }
      hits += Math.abs(sum) >= bound ? 1 : 0;
    }
    return (hits + 1.0) / (DRAWS + 1.0);
  }
}
