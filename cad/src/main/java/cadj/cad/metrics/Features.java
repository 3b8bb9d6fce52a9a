package cadj.cad.metrics;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// Turns pictures into vectors whose distributions [Fid] and [Kid] compare. Figures from different
/// features do not compare with each other.
public interface Features {
  /// As tables name it, such as "inception".
  String name();

  /// Pictures [N,3,H,W] in [−1, 1] → [N,d]
  Tensor of(Tensor pictures);

  /// The same, a vector per picture.
  default double[][] rows(Tensor pictures) {
    double[][][] rows = new double[1][][];
    Scope.run(
        name(),
        () -> {
          Tensor features = of(pictures);
          int width = features.dim(1);
          double[] all = features.toDoubles();
          rows[0] = new double[features.dim(0)][width];
          for (int n = 0; n < rows[0].length; n++) {
            System.arraycopy(all, n * width, rows[0][n], 0, width);
          }
        });
    return rows[0];
  }
}
