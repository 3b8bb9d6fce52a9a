package cadj.kernels.gemm;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.GemmShape;
import org.jspecify.annotations.Nullable;

/// Batched matrix product in row-major storage: C = op(A)·op(B) + β·C (+ bias in every row, +
/// residual), where op transposes or not.
///
/// op(A) is [m,k], op(B) is [k,n], C is [m,n]; see [GemmShape] for pitches. A β of 0 overwrites C
/// without reading it (NaN does not survive). C must not overlap A or B. With k = 0 the product is
/// 0.
public sealed interface GemmKernel permits GemmReference, GemmVector, GemmCuda {
  /// @param bias [n], added to every row of C, or null
  /// @param residual added to C, pitched like it, or null; may not overlap it
  void multiply(
      GemmShape shape,
      Buffer c,
      Buffer a,
      Buffer b,
      @Nullable Buffer bias,
      @Nullable Buffer residual);

  /// Without a residual.
  default void multiply(GemmShape shape, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias) {
    multiply(shape, c, a, b, bias, null);
  }

  /// The twin for `device` and the element type of `like`.
  static GemmKernel on(Device device, Buffer like) {
    return device.twin(like, GemmVector::new, GemmCuda::new, GemmReference::new);
  }
}
