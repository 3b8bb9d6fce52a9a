package cadj.cad.graph;

import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;

/// A tensor in little room: its statistics, a histogram and a tile.
///
/// @param histogram counts of finite values in [#BINS] bins from −absMax to absMax
/// @param tile rows of cells; each is the value of largest magnitude of the part of the matrix that
///   it stands for. Of more than two dimensions the matrix is the first sample's: dimension 1 by
///   the rest
public record Preview(Shape shape, Statistics statistics, int[] histogram, float[][] tile) {
  /// Bins of a histogram.
  public static final int BINS = 25;

  static final int MOST_ROWS = 24;
  static final int MOST_COLUMNS = 48;

  public static Preview of(Tensor tensor) {
    float[] values = tensor.toFloats();
    Statistics statistics = Statistics.of(values);
    return new Preview(
        tensor.shape(),
        statistics,
        histogram(values, statistics.absMax()),
        tile(tensor.shape(), values));
  }

  private static int[] histogram(float[] values, double absMax) {
    int[] out = new int[BINS];
    for (float value : values) {
      if (Float.isFinite(value)) {
        double share = absMax == 0 ? 0.5 : (value / absMax + 1) / 2;
        out[Math.min(BINS - 1, (int) (share * BINS))]++;
      }
    }
    return out;
  }

  private static float[][] tile(Shape shape, float[] values) {
    if (values.length == 0) {
      return new float[0][0];
    }
    int rows =
        switch (shape.rank()) {
          case 0, 1 -> 1;
          case 2 -> shape.dim(0);
          default -> shape.dim(1);
        };
    int columns =
        shape.rank() < 2
            ? values.length
            : shape.rank() == 2 ? shape.dim(1) : shape.product(2, shape.rank());
    float[][] out = new float[Math.min(rows, MOST_ROWS)][Math.min(columns, MOST_COLUMNS)];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        float value = values[row * columns + column];
        float[] cells = out[(int) ((long) row * out.length / rows)];
        int at = (int) ((long) column * cells.length / columns);
        if (Float.isNaN(value) || Math.abs(value) > Math.abs(cells[at])) {
          cells[at] = value;
        }
      }
    }
    return out;
  }
}
