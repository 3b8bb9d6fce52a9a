package cadj.kernels.sum;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;

/// Sums along one axis: out [outer,inner] = Σₙ x [outer,n,inner].
///
/// Sums are carried in double (or as accurately) in an order fixed by the shape alone, so that
/// results are the same bits for any number of threads.
public sealed interface SumKernel permits SumReference, SumVector, SumCuda {
  void sum(Buffer out, Buffer x, int outer, int n, int inner);

  /// The twin for `device` and the element type of `like`.
  static SumKernel on(Device device, Buffer like) {
    return device.twin(like, SumVector::new, SumCuda::new, SumReference::new);
  }
}
