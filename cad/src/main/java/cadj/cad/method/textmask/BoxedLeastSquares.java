package cadj.cad.method.textmask;

import org.ejml.data.DMatrixRMaj;

/// Least squares within bounds: for a row w, the change u = w∘(s − 1) with factors s between
/// `least` and `most` that minimises
///
/// ```
/// ½·u·H·u − b·u + ½·lamb·‖u‖²
/// ```
///
/// by coordinate descent: each uᵢ in turn goes to its own minimum within its bounds, until none
/// moves far. As lamb > 0 the minimum is the only one. Text embeddings have much in common, so it
/// is far off; a few sweeps take the directions that matter, and leave a row near what it was.
///
/// @param h H [d,d], symmetric, not negative definite
/// @param sweeps over all coordinates, at most
record BoxedLeastSquares(DMatrixRMaj h, double lamb, double least, double most, int sweeps) {
  /// A sweep that moves no coordinate by more than this part of the row's largest weight is the
  /// last.
  private static final double STILL = 1e-6;

  /// Factors s of one row.
  ///
  /// @param w the row
  /// @param b its linear term; used up
  /// @return s [d]; 1 where a weight is 0, which no factor moves
  double[] factors(double[] w, double[] b) {
    int d = w.length;
    double[] u = new double[d];
    double largest = 0;
    for (int i = 0; i < d; i++) {
      largest = Math.max(largest, Math.abs(w[i]));
      move(u, b, i, within(0, w[i]));
    }
    for (int sweep = 0; sweep < sweeps; sweep++) {
      double moved = 0;
      for (int i = 0; i < d; i++) {
        double diagonal = h.unsafe_get(i, i);
        double step = within(u[i] + (b[i] - lamb * u[i]) / (diagonal + lamb), w[i]);
        moved = Math.max(moved, Math.abs(step - u[i]));
        move(u, b, i, step);
      }
      if (moved <= STILL * largest) {
        break;
      }
    }
    double[] factors = new double[d];
    for (int i = 0; i < d; i++) {
      factors[i] = w[i] == 0 ? 1 : 1 + u[i] / w[i];
    }
    return factors;
  }

  private double within(double u, double w) {
    double a = (least - 1) * w;
    double b = (most - 1) * w;
    return Math.clamp(u, Math.min(a, b), Math.max(a, b));
  }

  /// Sets uᵢ, and takes what H makes of the difference off b, which so stays b − H·u.
  private void move(double[] u, double[] b, int i, double value) {
    double by = value - u[i];
    if (by == 0) {
      return;
    }
    u[i] = value;
    double[] rows = h.data;
    int at = i * h.numCols;
    for (int j = 0; j < b.length; j++) {
      b[j] -= by * rows[at + j];
    }
  }
}
