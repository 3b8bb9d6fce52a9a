package cadj.kernels.accumulate;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;

/// Adds one step's gradient to a parameter's running sum, and totals the step's scores w·∂J/∂w.
///
/// Kahan's compensated sum, element by element, and with it two sums over all elements:
///
/// ```
/// addend = gradient − carry
/// next   = sum + addend
/// carry  = (next − sum) − addend      0 but for rounding
/// sum    = next
///
/// totals[0] = Σ w·g where w·g > 0
/// totals[1] = Σ w·g elsewhere, NaN included
/// ```
///
/// One pass over memory; nothing is read back by the host, so a GPU need not wait.
public sealed interface AccumulateKernel
    permits AccumulateReference, AccumulateVector, AccumulateCuda {
  /// @param sum [n], n its length; of the type of all others
  /// @param carry [n], what `sum` has too much by rounding: zeros before the first step
  /// @param gradient [n], g
  /// @param weight [n], w
  /// @param totals [2], overwritten; may be a window of a longer buffer
  void accumulate(Buffer sum, Buffer carry, Buffer gradient, Buffer weight, Buffer totals);

  /// The twin for `device` and the element type of `like`.
  static AccumulateKernel on(Device device, Buffer like) {
    return device.twin(like, AccumulateVector::new, AccumulateCuda::new, AccumulateReference::new);
  }
}
