package cadj.autograd.optim;

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

  /// Adds `gradient`, of the parameter's shape.
  public void add(Tensor gradient) {
    CopyKernel.on(sum.device(), sum.memory())
        .accumulateCompensated(
            sum.denseBuffer(), carry.denseBuffer(), gradient.contiguous().denseBuffer());
    sum.storage().overwritten();
    carry.storage().overwritten();
  }
}
