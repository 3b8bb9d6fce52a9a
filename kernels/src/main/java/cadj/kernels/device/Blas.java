package cadj.kernels.device;

import org.jspecify.annotations.Nullable;

/// Matrix products as a library does them: cuBLAS, or what stands in for it on the emulated device.
public interface Blas extends AutoCloseable {
  /// C = op(A)·op(B) + β·C + bias + residual for a batch, row-major, as [GemmShape] says.
  ///
  /// @param bias [n], added to every row of C, or null
  /// @param residual pitched like C, which it does not overlap, or null
  /// @return what of it is done; without addends, all or nothing
  Done gemm(
      GemmShape s,
      GpuF32 c,
      GpuF32 a,
      GpuF32 b,
      @Nullable GpuF32 bias,
      @Nullable GpuF32 residual,
      MatmulPrecision precision);

  @Override
  default void close() {}
}
