package cadj.kernels.copy;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.strided.LoopNest;

/// Copies over strides, fills, and out += scale·in.
public sealed interface CopyKernel permits CopyReference, CopyVector, CopyCuda {
  /// out ← in over a [LoopNest] whose operands are, in this order, out and in.
  void copy(Buffer out, Buffer in, LoopNest nest);

  void fill(Buffer out, float value);

  /// out += scale·in, over whole buffers of equal length.
  void accumulate(Buffer out, Buffer in, float scale);

  /// The twin for `device` and the element type of `like`.
  static CopyKernel on(Device device, Buffer like) {
    return device.twin(like, CopyVector::new, CopyCuda::new, CopyReference::new);
  }
}
