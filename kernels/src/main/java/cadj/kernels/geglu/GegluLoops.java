package cadj.kernels.geglu;

import cadj.kernels.vectormath.Normal;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// A gated row, over n elements, a multiple of the lane count.
final class GegluLoops {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  private GegluLoops() {}

  /// y = value·gelu(gate).
  static void forward(
      float[] y, int yAt, float[] value, int valueAt, float[] gate, int gateAt, int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector v = FloatVector.fromArray(S, value, valueAt + i);
      FloatVector z = FloatVector.fromArray(S, gate, gateAt + i);
      v.mul(Normal.gelu(z)).intoArray(y, yAt + i);
    }
  }

  /// Gradients of value and gate, where dy is that of y.
  static void backward(
      float[] dx,
      int dvalueAt,
      int dgateAt,
      float[] dy,
      int dyAt,
      float[] value,
      int valueAt,
      float[] gate,
      int gateAt,
      int n) {
    for (int i = 0; i < n; i += S.length()) {
      FloatVector g = FloatVector.fromArray(S, dy, dyAt + i);
      FloatVector v = FloatVector.fromArray(S, value, valueAt + i);
      FloatVector z = FloatVector.fromArray(S, gate, gateAt + i);
      FloatVector bell = Normal.bell(z);
      FloatVector cdf = Normal.cdf(z, bell);
      g.mul(z.mul(cdf)).intoArray(dx, dvalueAt + i);
      FloatVector slope = z.mul(bell).fma(FloatVector.broadcast(S, Normal.INV_SQRT_2PI), cdf);
      g.mul(v).mul(slope).intoArray(dx, dgateAt + i);
    }
  }
}
