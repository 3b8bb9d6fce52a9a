package cadj.cad.attribution;

import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.SequencedMap;

/// What an attribution found.
///
/// @param scores s = w·∂J/∂w by parameter, in the model's order
/// @param gradients ∂J/∂w by parameter; empty where only scores are kept
/// @param timesteps the scored time steps
/// @param positive sum of the positive scores of each parameter at each scored step,
///   [parameters,steps]
/// @param negative sum of the negative scores likewise
/// @param objectives J at each scored step
/// @param metadata everything needed to make it again
public record AttributionResult(
    SequencedMap<String, Tensor> scores,
    SequencedMap<String, Tensor> gradients,
    int[] timesteps,
    double[][] positive,
    double[][] negative,
    double[] objectives,
    Map<String, String> metadata) {
  /// Cells that lie row after row, as [#positive] and [#negative] hold them.
  static double[][] table(double[] cells, int rows, int columns) {
    double[][] out = new double[rows][];
    for (int r = 0; r < rows; r++) {
      out[r] = Arrays.copyOfRange(cells, r * columns, (r + 1) * columns);
    }
    return out;
  }
}
