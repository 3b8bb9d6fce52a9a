package cadj.kernels.choice;

import cadj.kernels.device.Blas;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.gemm.GemmShape;

/// Stands in for cuBLAS on the emulated device: multiplies on the CPU, in single precision whatever
/// precision is allowed.
public final class HostBlas implements Blas {
  private final Cpu cpu;

  public HostBlas(Cpu cpu) {
    this.cpu = cpu;
  }

  @Override
  public void gemm(
      boolean transA,
      boolean transB,
      int m,
      int n,
      int k,
      GpuF32 a,
      int lda,
      long strideA,
      GpuF32 b,
      int ldb,
      long strideB,
      float beta,
      GpuF32 c,
      int ldc,
      long strideC,
      int batch,
      MatmulPrecision precision) {
    GemmShape shape =
        new GemmShape(
            transA,
            transB,
            m,
            n,
            k,
            lda,
            ldb,
            ldc,
            batch,
            Math.toIntExact(strideA),
            Math.toIntExact(strideB),
            Math.toIntExact(strideC),
            beta);
    F32 left = copyOf(a);
    F32 right = copyOf(b);
    F32 product = copyOf(c); // also for what lies between its rows
    GemmKernel.on(cpu, product).multiply(shape, product, left, right, null);
    c.gpu().upload(c, product);
  }

  static F32 copyOf(GpuF32 buffer) {
    Gpu gpu = buffer.gpu();
    F32 copy = F32.of(new float[buffer.length()]);
    gpu.download(copy, buffer);
    return copy;
  }
}
