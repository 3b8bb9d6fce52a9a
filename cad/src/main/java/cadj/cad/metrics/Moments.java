package cadj.cad.metrics;

import static cadj.tensor.shape.Require.require;

/// Mean [d] and covariance [d,d] of features, divided by n − 1: what pytorch-fid keeps of a set in
/// its `.npz` files.
public record Moments(double[] mean, double[][] covariance) {
  public Moments {
    require(
        covariance.length == mean.length,
        "moments: expected a covariance of %d rows, got %d",
        mean.length,
        covariance.length);
  }

  /// @param rows a feature vector per picture, at least two
  public static Moments of(double[][] rows) {
    int width = FeatureRows.width("moments", rows);
    double[] mean = mean(rows);
    double[][] covariance = new double[width][width];
    for (double[] row : rows) {
      for (int i = 0; i < width; i++) {
        double c = (row[i] - mean[i]) / (rows.length - 1);
        for (int j = 0; j < width; j++) {
          covariance[i][j] += c * (row[j] - mean[j]);
        }
      }
    }
    return new Moments(mean, covariance);
  }

  static double[] mean(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i];
      }
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= rows.length;
    }
    return mean;
  }
}
