package cadj.autograd.graph;

import cadj.kernels.copy.CopyKernel;
import cadj.tensor.Tensor;

/// A running sum of gradients of one parameter, in single precision with Kahan's compensation, so
/// that many steps add up as if in double.
///
/// @param sum the sum so far
/// @param carry what rounding has taken from it; belongs to the sum when it is saved and resumed
public record GradientSum(Tensor sum, Tensor carry) {
  /// An empty sum for gradients of `parameter`.
  public static GradientSum zero(Tensor parameter) {
    return new GradientSum(
        Tensor.zeros(parameter.dtype(), parameter.shape()),
        Tensor.zeros(parameter.dtype(), parameter.shape()));
  }

  public void add(Tensor gradient, Tensor weight, Tensor totals) {
    CopyKernel.on(sum.device(), sum.memory())
        .accumulateCompensated(
            sum.denseBuffer(), carry.denseBuffer(), gradient.contiguous().denseBuffer());
    sum.storage().overwritten();
    carry.storage().overwritten();
    float[] g = gradient.toFloats();
    float[] w = weight.toFloats();
    double up = 0;
    double down = 0;
    for (int i = 0; i < g.length; i++) {
      double s = w[i] * g[i];
      if (s > 0) {
        up += s;
      } else {
        down += s;
      }
    }
    totals.copyFrom(Tensor.of(new float[] {(float) up, (float) down}, 2));
  }

  /// Makes it an empty sum again.
  public void clear() {
    for (Tensor tensor : new Tensor[] {sum, carry}) {
      CopyKernel.on(tensor.device(), tensor.memory()).fill(tensor.denseBuffer(), 0f);
      tensor.storage().overwritten();
    }
  }
}
