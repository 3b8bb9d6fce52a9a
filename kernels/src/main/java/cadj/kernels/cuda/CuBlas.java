package cadj.kernels.cuda;

import cadj.kernels.device.Blas;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;

/// cuBLAS, in the driver's stream.
///
/// It is column-major. A row-major matrix, read so, is its own transpose; hence Cᵀ = op(B)ᵀ·op(A)ᵀ
/// is computed, with B and A as they lie, in swapped order. Results are the same bits each time on
/// one kind of GPU: NVIDIA promises that for one stream with a workspace of its own.
public final class CuBlas implements Blas {
  private static final int HOPPER = 90;

  private final JCudaDriver driver;
  private final BlasCalls cublas;
  private final long workspace;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment alpha = arena.allocate(ValueLayout.JAVA_FLOAT);
  private final MemorySegment beta = arena.allocate(ValueLayout.JAVA_FLOAT);

  /// The library as it is found.
  ///
  /// @throws CudaException if the library is not there or does not work on this device
  public CuBlas(JCudaDriver driver) {
    this(driver, BlasCalls.open(LibrarySearch.ofThisMachine()));
  }

  CuBlas(JCudaDriver driver, BlasCalls cublas) {
    this.driver = driver;
    this.cublas = cublas;
    driver.enter();
    check(cublas.create(), "start");
    check(cublas.setStream(driver.stream()), "use the stream");
    check(cublas.setMathMode(cublasMath.CUBLAS_DEFAULT_MATH), "set the math mode");
    long bytes = workspaceBytes(driver.capability());
    workspace = driver.allocate(bytes);
    check(cublas.setWorkspace(workspace, bytes), "use a workspace");
  }

  /// What NVIDIA recommends.
  private static long workspaceBytes(int capability) {
    return capability >= HOPPER ? 32 << 20 : 4 << 20;
  }

  /// Such as `12.6`.
  public String version() {
    int[] version = new int[1];
    check(cublas.version(version), "ask the version");
    return version[0] / 10_000 + "." + version[0] % 10_000 / 100;
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
      float factor,
      GpuF32 c,
      int ldc,
      long strideC,
      int batch,
      MatmulPrecision precision) {
    if (m == 0 || n == 0 || batch == 0) {
      return;
    }
    driver.enter();
    // Without terms the sum is 0: one term that does not count, which is never read.
    alpha.set(ValueLayout.JAVA_FLOAT, 0, k == 0 ? 0 : 1);
    beta.set(ValueLayout.JAVA_FLOAT, 0, factor);
    check(
        cublas.gemm(
            operation(transB),
            operation(transA),
            n,
            m,
            Math.max(k, 1),
            alpha,
            b.address(),
            Math.max(ldb, 1),
            strideB,
            a.address(),
            Math.max(lda, 1),
            strideA,
            beta,
            c.address(),
            ldc,
            strideC,
            batch,
            computeType(precision)),
        "multiply %d times [%d,%d]%s by [%d,%d]%s, pitches %d, %d and %d",
        batch,
        m,
        k,
        transA ? "ᵀ" : "",
        k,
        n,
        transB ? "ᵀ" : "",
        lda,
        ldb,
        ldc);
  }

  private static int operation(boolean transposed) {
    return transposed ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
  }

  private static int computeType(MatmulPrecision precision) {
    return switch (precision) {
      case HIGHEST -> cublasComputeType.CUBLAS_COMPUTE_32F;
      case HIGH -> cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32;
      case MEDIUM -> cublasComputeType.CUBLAS_COMPUTE_32F_FAST_16F;
    };
  }

  private void check(int status, String doing, Object... sizes) {
    if (status != cublasStatus.CUBLAS_STATUS_SUCCESS) {
      throw new CudaException(
          "cuBLAS, %s: %s".formatted(doing.formatted(sizes), cublas.words(status)));
    }
  }

  @Override
  public void close() {
    driver.enterToClose();
    cublas.destroy();
    driver.free(workspace);
    arena.close();
  }
}
