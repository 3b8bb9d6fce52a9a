package cadj.cad.metrics;

import static cadj.tensor.shape.Require.require;

/// Feature vectors as they must be.
final class FeatureRows {
  private FeatureRows() {}

  /// Refuses fewer than two vectors, unequal lengths, NaN and infinity.
  ///
  /// @return their length
  static int width(String operation, double[][] rows) {
    require(
        rows.length >= 2,
        "%s: expected features of at least 2 pictures, got %d",
        operation,
        rows.length);
    int width = rows[0].length;
    for (int n = 0; n < rows.length; n++) {
      require(
          rows[n].length == width && width > 0,
          "%s: expected %d features of picture %d, got %d",
          operation,
          Math.max(width, 1),
          n,
          rows[n].length);
      for (double value : rows[n]) {
        require(
            Double.isFinite(value),
            "%s: expected finite features of picture %d, got %s",
            operation,
            n,
            value);
      }
    }
    return width;
  }

  /// The same of two sets, which must have one length.
  static int width(String operation, double[][] a, double[][] b) {
    int width = width(operation, a);
    int other = width(operation, b);
    require(
        width == other,
        "%s: expected as many features on both sides, got %d and %d",
        operation,
        width,
        other);
    return width;
  }
}
