package cadj.cad.statistics;

/// Kendall's τ_b: by how much more pairs of pairs agree in order than disagree, ties allowed for.
///
/// ```text
/// τ_b = (concordant − discordant) / √((n₀ − ties in x)(n₀ − ties in y)), n₀ = n(n − 1)/2
/// ```
public final class Kendall {
  private Kendall() {}

  /// NaN where one side is constant. Takes n²/2 steps.
  public static double tauB(double[] x, double[] y) {
    Sample.requirePairs("kendall", x, y, 2);
    double balance = 0;
    double differentX = 0;
    double differentY = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < i; j++) {
        double sx = sign(x[i], x[j]);
        double sy = sign(y[i], y[j]);
        balance += sx * sy;
        differentX += sx * sx;
        differentY += sy * sy;
      }
    }
    return balance / Math.sqrt(differentX) / Math.sqrt(differentY);
  }

  private static double sign(double a, double b) {
    return a > b ? 1 : a < b ? -1 : 0; // Double.compare tells −0 from 0
  }
}
