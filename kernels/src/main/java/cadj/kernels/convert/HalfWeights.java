package cadj.kernels.convert;

import cadj.kernels.device.DType;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import java.lang.foreign.MemorySegment;

/// Weights in half precision in a GPU's memory: to there from the host, and widened there by those
/// who cannot read them as they are.
public final class HalfWeights {
  private static final float LARGEST_F16 = 65_504;

  private HalfWeights() {}

  /// x rounded to nearest, ties to even, on `gpu`; to be given back with [Gpu#freeOnceUnreachable].
  ///
  /// @throws ArithmeticException for finite values beyond what the type holds
  public static GpuHalf upload(Gpu gpu, F32 x, DType half) {
    if (half == DType.F16) {
      requireF16(x);
    }
    MemorySegment halves = MemorySegment.ofArray(new short[x.length()]);
    ConvertKernel.on(Device.host(), x).narrow(halves, half, x);
    return gpu.uploadHalves(halves, half);
  }

  private static void requireF16(F32 x) {
    for (int i = 0; i < x.length(); i++) {
      float size = Math.abs(x.array()[x.offset() + i]);
      if (size > LARGEST_F16 && size < Float.POSITIVE_INFINITY) {
        throw new ArithmeticException(
            "%s is beyond fp16's largest number, 65504: take bf16".formatted(size));
      }
    }
  }

  /// y = x, exactly.
  public static void widen(GpuF32 y, GpuHalf x) {
    ConvertCuda.widen(y, x);
  }
}
