package cadj.kernels.binary;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.strided.LoopNest;

/// Arithmetic on two operands, element by element, with broadcasting: out = f(a, b).
///
/// Over a [LoopNest] whose operands are, in this order, out, a, b; a stride of 0 broadcasts. Each
/// element of out is written once.
public sealed interface BinaryKernel permits BinaryReference, BinaryVector, BinaryCuda {
  void apply(Binary f, Buffer out, Buffer a, Buffer b, LoopNest nest);

  /// The twin for `device` and the element type of `like`.
  static BinaryKernel on(Device device, Buffer like) {
    return device.twin(like, BinaryVector::new, BinaryCuda::new, BinaryReference::new);
  }
}
