package cadj.kernels.convert;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import java.lang.foreign.MemorySegment;

/// Half precision to single precision and back: F16 (IEEE 754 binary16) and BF16 (the upper half of
/// binary32), two bytes each, little-endian.
///
/// Widening is exact, subnormals, infinities and NaN included. Narrowing rounds to nearest, ties to
/// even; what rounds beyond the largest finite value becomes infinite; a NaN stays a NaN of its
/// sign. The segment must be readable from any thread, so its arena may not be a confined one.
public sealed interface ConvertKernel permits ConvertReference, ConvertVector, ConvertCuda {
  /// y[i] = value of halves[i]
  ///
  /// @param halves 2·y.length bytes
  void widen(Buffer y, MemorySegment halves, DType half);

  /// halves[i] = x[i] rounded
  ///
  /// @param halves 2·x.length bytes
  void narrow(MemorySegment halves, DType half, Buffer x);

  /// The twin for `device` and the element type of `like`.
  static ConvertKernel on(Device device, Buffer like) {
    return device.twin(like, ConvertVector::new, ConvertCuda::new, ConvertReference::new);
  }
}
