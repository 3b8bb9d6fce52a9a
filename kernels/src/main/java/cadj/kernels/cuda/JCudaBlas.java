package cadj.kernels.cuda;

import static jcuda.jcublas.JCublas2.cublasCreate;
import static jcuda.jcublas.JCublas2.cublasDestroy;
import static jcuda.jcublas.JCublas2.cublasGemmStridedBatchedEx_new;
import static jcuda.jcublas.JCublas2.cublasGetStatusName;
import static jcuda.jcublas.JCublas2.cublasGetStatusString;
import static jcuda.jcublas.JCublas2.cublasGetVersion;
import static jcuda.jcublas.JCublas2.cublasSetMathMode;
import static jcuda.jcublas.JCublas2.cublasSetStream;
import static jcuda.jcublas.JCublas2.cublasSetWorkspace;

import java.lang.foreign.MemorySegment;
import jcuda.cudaDataType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.runtime.cudaStream_t;

/// cuBLAS through JCuda.
final class JCudaBlas implements BlasCalls {
  private final SharedLibrary library;
  private final cublasHandle handle = new cublasHandle();

  JCudaBlas(SharedLibrary library) {
    this.library = library;
  }

  @Override
  public SharedLibrary library() {
    return library;
  }

  @Override
  public String through() {
    return "JCuda";
  }

  @Override
  public int create() {
    return cublasCreate(handle);
  }

  @Override
  public int setStream(DeviceStream stream) {
    return cublasSetStream(handle, new cudaStream_t(stream));
  }

  @Override
  public int setMathMode(int mode) {
    return cublasSetMathMode(handle, mode);
  }

  @Override
  public int setWorkspace(long address, long bytes) {
    return cublasSetWorkspace(handle, new Address(address), bytes);
  }

  @Override
  public int version(int[] version) {
    return cublasGetVersion(handle, version);
  }

  @Override
  public String words(int status) {
    return cublasGetStatusName(status) + ", " + cublasGetStatusString(status);
  }

  @Override
  public int gemm(
      int transA,
      int transB,
      int m,
      int n,
      int k,
      MemorySegment alpha,
      long a,
      int lda,
      long strideA,
      long b,
      int ldb,
      long strideB,
      MemorySegment beta,
      long c,
      int ldc,
      long strideC,
      int batch,
      int computeType) {
    return cublasGemmStridedBatchedEx_new(
        handle,
        transA,
        transB,
        m,
        n,
        k,
        Address.of(alpha),
        new Address(a),
        cudaDataType.CUDA_R_32F,
        lda,
        strideA,
        new Address(b),
        cudaDataType.CUDA_R_32F,
        ldb,
        strideB,
        Address.of(beta),
        new Address(c),
        cudaDataType.CUDA_R_32F,
        ldc,
        strideC,
        batch,
        computeType,
        cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
  }

  @Override
  public void destroy() {
    cublasDestroy(handle);
  }
}
