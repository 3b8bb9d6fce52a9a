package cadj.cad.method.ssd;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Change;
import java.util.Arrays;

/// Which weights are dampened, and how far, from their importance to what is to be forgotten, I_f,
/// and to what is to be kept, I_k (equations 6 and 7 of the paper):
///
/// ```
/// w → β·w where I_f > α·I_k,   β = min(λ·I_k/I_f, 1)
/// ```
///
/// @param alpha α, how many times more important a weight must be to what is forgotten
/// @param lambda λ, how strong the dampening is: the smaller, the stronger
record Dampening(double alpha, double lambda) {
  Dampening {
    require(alpha >= 0 && Double.isFinite(alpha), "ssd: expected alpha from 0, got %s", alpha);
    require(lambda >= 0 && Double.isFinite(lambda), "ssd: expected lambda from 0, got %s", lambda);
  }

  /// The change of one parameter.
  ///
  /// @param forget I_f of each weight
  /// @param keep I_k of each weight
  Change.Scaled of(float[] weights, float[] forget, float[] keep) {
    int[] indices = new int[weights.length];
    float[] factors = new float[weights.length];
    float[] before = new float[weights.length];
    int count = 0;
    for (int i = 0; i < weights.length; i++) {
      double beta = Math.min(lambda * keep[i] / forget[i], 1);
      if (forget[i] > alpha * keep[i] && beta < 1) {
        indices[count] = i;
        factors[count] = (float) beta;
        before[count++] = weights[i];
      }
    }
    return new Change.Scaled(
        Arrays.copyOf(indices, count), Arrays.copyOf(factors, count), Arrays.copyOf(before, count));
  }
}
