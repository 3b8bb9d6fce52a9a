package cadj.cad.statistics;

/// The correlation of ranks, ties having their average rank, as SciPy's `spearmanr`: 1 wherever one
/// side rises with the other, along whatever curve.
///
/// @param rho NaN where one side is constant
/// @param n pairs
public record Spearman(double rho, int n) {
  /// @throws IllegalArgumentException for fewer than two pairs, or numbers that are not finite
  public static Spearman of(double[] x, double[] y) {
    return new Spearman(rho(x, y), x.length);
  }

  /// ρ alone.
  public static double rho(double[] x, double[] y) {
    Sample.requirePairs("spearman", x, y, 2);
    return Pearson.r(Ranks.of(x), Ranks.of(y));
  }

  /// Two-sided, by Student's t as for [Pearson]: an approximation, good from about ten pairs on.
  public double p() {
    return Pearson.p(rho, n);
  }
}
