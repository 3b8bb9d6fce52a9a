package cadj.kernels.binary;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.strided.Nest;

/// out = f(a, b) over a [Nest] whose operands are, in this order, out, a, b. The out operand visits
/// each of its elements once.
public sealed interface BinaryKernel permits BinaryReference, BinaryVector, BinaryCuda {
  void apply(Binary f, Buffer out, Buffer a, Buffer b, Nest nest);

  /// The twin for `device` and the element type of `like`.
  static BinaryKernel on(Device device, Buffer like) {
    return device.twin(like, BinaryVector::new, BinaryCuda::new, BinaryReference::new);
  }
}
