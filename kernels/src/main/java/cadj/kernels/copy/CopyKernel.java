package cadj.kernels.copy;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.strided.LoopNest;

/// Copies over strides, rows side by side, fills, and out += scale·in.
public sealed interface CopyKernel permits CopyReference, CopyVector, CopyCuda {
  /// out ← in over a [LoopNest] whose operands are, in this order, out and in.
  void copy(Buffer out, Buffer in, LoopNest nest);

  /// out [rows, a + b] ← a [rows,a], b [rows,b] side by side: whole buffers of one element type.
  default void join(Buffer out, Buffer a, Buffer b, int rows) {
    int left = a.length() / Math.max(1, rows);
    int right = b.length() / Math.max(1, rows);
    int[] steps = {left + right, 1};
    copy(out, a, LoopNest.of(new int[] {rows, left}, steps, new int[] {left, 1}));
    copy(
        out.slice(left, out.length() - left),
        b,
        LoopNest.of(new int[] {rows, right}, steps, new int[] {right, 1}));
  }

  void fill(Buffer out, float value);

  /// out += scale·in, over whole buffers of equal length.
  void accumulate(Buffer out, Buffer in, float scale);

  /// The twin for `device` and the element type of `like`.
  static CopyKernel on(Device device, Buffer like) {
    return device.twin(like, CopyVector::new, CopyCuda::new, CopyReference::new);
  }
}
