package cadj.autograd.graph;

import cadj.kernels.accumulate.AccumulateKernel;
import cadj.kernels.copy.CopyKernel;
import cadj.tensor.Tensor;

/// A running sum of one parameter's gradients over many backward passes, compensated (Kahan), so
/// that many small steps add up as if in double.
///
/// @param sum the sum so far, row-major
/// @param carry what `sum` has too much by rounding; saved and resumed with it
public record GradientSum(Tensor sum, Tensor carry) {
  /// An empty sum for gradients of `parameter`.
  public static GradientSum zero(Tensor parameter) {
    return new GradientSum(
        Tensor.zeros(parameter.dtype(), parameter.shape()),
        Tensor.zeros(parameter.dtype(), parameter.shape()));
  }

  /// Adds one backward pass's gradient, and totals its scores by their sign:
  ///
  /// ```
  /// totals[0] = Σ w·∂J/∂w where above zero
  /// totals[1] = Σ w·∂J/∂w elsewhere
  /// ```
  ///
  /// @param gradient ∂J/∂w, of the parameter's shape
  /// @param weight w
  /// @param totals contiguous [2], overwritten; on a GPU nobody waits for them until they are read
  public void add(Tensor gradient, Tensor weight, Tensor totals) {
    AccumulateKernel.on(sum.device(), sum.memory())
        .accumulate(
            sum.denseBuffer(),
            carry.denseBuffer(),
            gradient.contiguous().denseBuffer(),
            weight.onCurrentDevice().contiguous().denseBuffer(),
            totals.denseBuffer());
    sum.storage().overwritten();
    carry.storage().overwritten();
    totals.storage().overwritten();
  }

  /// Makes this an empty sum again.
  public void clear() {
    for (Tensor tensor : new Tensor[] {sum, carry}) {
      CopyKernel.on(tensor.device(), tensor.memory()).fill(tensor.denseBuffer(), 0f);
      tensor.storage().overwritten();
    }
  }
}
