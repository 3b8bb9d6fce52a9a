package cadj.kernels.choice;

import cadj.kernels.device.Blas;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Done;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.gemm.GemmKernel;
import org.jspecify.annotations.Nullable;

/// Stands in for cuBLAS on the emulated device: multiplies on the CPU, sums in single precision.
/// Factors are rounded wherever cuBLAS might round them, so that results show what a precision
/// does.
public final class HostBlas implements Blas {
  private final Cpu cpu;

  public HostBlas(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public Done gemm(
      GemmShape s,
      GpuF32 c,
      GpuF32 a,
      GpuF32 b,
      @Nullable GpuF32 bias,
      @Nullable GpuF32 residual,
      MatmulPrecision precision) {
    Rounding rounding =
        switch (precision) {
          case HIGHEST -> Rounding.NONE;
          case HIGH -> Rounding.TF32;
          case MEDIUM -> Rounding.BF16;
        };
    F32 left = rounding.apply(copyOf(a));
    F32 right = rounding.apply(copyOf(b));
    F32 product = copyOf(c); // also for what lies between its rows
    GemmKernel.on(cpu, product)
        .multiply(s, product, left, right, copyOrNull(bias), copyOrNull(residual));
    c.gpu().upload(c, product);
    return Done.ALL;
  }

  static F32 copyOf(GpuF32 buffer) {
    Gpu gpu = buffer.gpu();
    F32 copy = F32.of(new float[buffer.length()]);
    gpu.download(copy, buffer);
    return copy;
  }

  static @Nullable F32 copyOrNull(@Nullable GpuF32 buffer) {
    return buffer == null ? null : copyOf(buffer);
  }
}
