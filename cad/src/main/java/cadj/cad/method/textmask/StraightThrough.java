package cadj.cad.method.textmask;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/// A binary mask m of a row w by gradient descent on real-valued z, straight through the threshold:
///
/// ```
/// m = [z > ½],  u = w∘(m − 1),  g = s·w∘(u·H − b)
/// z ← clamp(z − rate·m̂/(√v̂ + ε), 0, 1),  m̂, v̂ Adam's moments of g (β 0.9, 0.98)
/// ```
///
/// from z = 1. The rate stays for three fifths of the steps, then falls to 0 linearly. ε is of the
/// size of large gradients, not tiny: a row that matters little (small s) hardly moves.
///
/// @param h H [d,d]
/// @param eps ε
record StraightThrough(DMatrixRMaj h, int steps, double lr, double eps) {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.98;
  private static final double CONSTANT = 0.6;

  /// Which weights of a row to zero.
  ///
  /// @param b the row's linear term
  /// @param sensitivity s
  boolean[] zeroed(double[] w, double[] b, double sensitivity) {
    int d = w.length;
    double[] z = new double[d];
    Arrays.fill(z, 1);
    double[] m = new double[d];
    double[] v = new double[d];
    double[] residual = new double[d];
    for (int step = 0; step < steps; step++) {
      for (int i = 0; i < d; i++) {
        residual[i] = -b[i];
      }
      for (int j = 0; j < d; j++) {
        if (z[j] <= 0.5) {
          int at = j * h.numCols;
          for (int i = 0; i < d; i++) {
            residual[i] -= w[j] * h.data[at + i];
          }
        }
      }
      double rate = step < CONSTANT * steps ? lr : lr * (steps - step) / (steps * (1 - CONSTANT));
      double first = 1 - Math.pow(BETA1, step + 1);
      double second = 1 - Math.pow(BETA2, step + 1);
      for (int i = 0; i < d; i++) {
        double g = sensitivity * w[i] * residual[i];
        m[i] = BETA1 * m[i] + (1 - BETA1) * g;
        v[i] = BETA2 * v[i] + (1 - BETA2) * g * g;
        double by = rate * (m[i] / first) / (Math.sqrt(v[i] / second) + eps);
        z[i] = Math.clamp(z[i] - by, 0, 1);
      }
    }
    boolean[] zeroed = new boolean[d];
    for (int i = 0; i < d; i++) {
      zeroed[i] = z[i] <= 0.5;
    }
    return zeroed;
  }
}
