package cadj.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import jcuda.cudaDataType;
import jcuda.jcublas.cublasGemmAlgo;

/// cuBLAS's own functions, whose signatures are the same in CUDA 12 and 13.
final class ForeignBlas implements BlasCalls {
  private final SharedLibrary library;
  private final MethodHandle create;
  private final MethodHandle destroy;
  private final MethodHandle setStream;
  private final MethodHandle setMathMode;
  private final MethodHandle setWorkspace;
  private final MethodHandle getVersion;
  private final MethodHandle statusName;
  private final MethodHandle statusString;
  private final MethodHandle gemm;
  private long handle;

  /// @throws CudaException if one of the functions is not there
  ForeignBlas(SharedLibrary library) {
    this.library = library;
    ForeignFunctions functions = new ForeignFunctions(library);
    create = functions.status("cublasCreate_v2", JAVA_LONG);
    destroy = functions.status("cublasDestroy_v2", JAVA_LONG);
    setStream = functions.status("cublasSetStream_v2", JAVA_LONG, JAVA_LONG);
    setMathMode = functions.status("cublasSetMathMode", JAVA_LONG, JAVA_INT);
    setWorkspace = functions.status("cublasSetWorkspace_v2", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    getVersion = functions.status("cublasGetVersion_v2", JAVA_LONG, JAVA_LONG);
    statusName = functions.words("cublasGetStatusName");
    statusString = functions.words("cublasGetStatusString");
    gemm =
        functions.status(
            "cublasGemmStridedBatchedEx",
            JAVA_LONG, // handle
            JAVA_INT, // transa
            JAVA_INT, // transb
            JAVA_INT, // m
            JAVA_INT, // n
            JAVA_INT, // k
            JAVA_LONG, // alpha
            JAVA_LONG, // A
            JAVA_INT, // Atype
            JAVA_INT, // lda
            JAVA_LONG, // strideA
            JAVA_LONG, // B
            JAVA_INT, // Btype
            JAVA_INT, // ldb
            JAVA_LONG, // strideB
            JAVA_LONG, // beta
            JAVA_LONG, // C
            JAVA_INT, // Ctype
            JAVA_INT, // ldc
            JAVA_LONG, // strideC
            JAVA_INT, // batchCount
            JAVA_INT, // computeType
            JAVA_INT); // algo
  }

  @Override
  public SharedLibrary library() {
    return library;
  }

  @Override
  public String through() {
    return "java.lang.foreign";
  }

  @Override
  public int create() {
    long[] made = new long[1];
    int status = ForeignFunctions.out(made, create);
    handle = made[0];
    return status;
  }

  @Override
  public int setStream(DeviceStream stream) {
    return ForeignFunctions.call(setStream, handle, stream.address());
  }

  @Override
  public int setMathMode(int mode) {
    return ForeignFunctions.call(setMathMode, handle, mode);
  }

  @Override
  public int setWorkspace(long address, long bytes) {
    return ForeignFunctions.call(setWorkspace, handle, address, bytes);
  }

  @Override
  public int version(int[] version) {
    long[] number = new long[1];
    int status = ForeignFunctions.out(number, getVersion, handle);
    version[0] = (int) number[0];
    return status;
  }

  @Override
  public String words(int status) {
    return ForeignFunctions.words(statusName, status)
        + ", "
        + ForeignFunctions.words(statusString, status);
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
    try {
      return (int)
          gemm.invokeExact(
              handle,
              transA,
              transB,
              m,
              n,
              k,
              alpha.address(),
              a,
              cudaDataType.CUDA_R_32F,
              lda,
              strideA,
              b,
              cudaDataType.CUDA_R_32F,
              ldb,
              strideB,
              beta.address(),
              c,
              cudaDataType.CUDA_R_32F,
              ldc,
              strideC,
              batch,
              computeType,
              cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
    } catch (Throwable e) {
      throw ForeignFunctions.unexpected(e);
    }
  }

  @Override
  public void destroy() {
    ForeignFunctions.call(destroy, handle);
  }
}
