package cadj.kernels.device;

import org.jspecify.annotations.Nullable;

/// Matrix products as a library does them: cuBLAS, or what stands in for it on the emulated device.
public interface Blas extends AutoCloseable {
  /// C = op(A)·op(B) + β·C + bias + residual for a batch, row-major; op(A) is [m,k], op(B) [k,n], C
  /// [m,n].
  ///
  /// Strides, in elements, lead from one matrix of the batch to the next; 0 shares one among all.
  ///
  /// @param bias [n], added to every row of C, or null
  /// @param residual pitched like C, which it does not overlap, or null
  /// @return what of it is done; without addends, all or nothing
  Done gemm(
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
      @Nullable GpuF32 bias,
      @Nullable GpuF32 residual,
      MatmulPrecision precision);

  @Override
  default void close() {}
}
