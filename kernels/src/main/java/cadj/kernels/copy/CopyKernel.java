package cadj.kernels.copy;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.strided.Nest;

/// Copies, fills and accumulates.
public sealed interface CopyKernel permits CopyReference, CopyVector, CopyCuda {
  /// out ← in over a [Nest] whose operands are, in this order, out and in.
  void copy(Buffer out, Buffer in, Nest nest);

  void fill(Buffer out, float value);

  /// out += scale·in, over whole buffers of equal length.
  void accumulate(Buffer out, Buffer in, float scale);

  /// The twin for `device` and the element type of `like`.
  static CopyKernel on(Device device, Buffer like) {
    return switch (device) {
      case Cpu cpu -> like instanceof F32 ? new CopyVector(cpu) : new CopyReference();
      case Gpu gpu -> like instanceof GpuF32 ? new CopyCuda(gpu) : new CopyReference();
    };
  }
}
