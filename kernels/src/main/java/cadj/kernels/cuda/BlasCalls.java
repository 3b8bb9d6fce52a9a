package cadj.kernels.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The functions of cuBLAS that [CuBlas] calls, for one handle: as in C, results are statuses,
/// device memory is an address, and nothing is checked.
sealed interface BlasCalls permits JCudaBlas, ForeignBlas {
  /// Through JCuda, whose natives need CUDA 12's library, where they load; else the library itself,
  /// of CUDA 12 or 13.
  ///
  /// @throws CudaException if there is no such library, or none that loads
  static BlasCalls open(LibrarySearch search) {
    List<String> troubles = new ArrayList<>();
    Optional<SharedLibrary> library = search.find("libcublas.so.12", troubles, "libcublasLt.so.12");
    if (library.isPresent() && JCudaLibrary.BLAS.trouble() == null) {
      return new JCudaBlas(library.get());
    }
    return new ForeignBlas(
        library
            .or(() -> search.find("libcublas.so.13", troubles, "libcublasLt.so.13"))
            .orElseThrow(() -> new CudaException(String.join(", ", troubles))));
  }

  SharedLibrary library();

  /// What the calls go through: `JCuda` or `java.lang.foreign`.
  String through();

  int create();

  int setStream(DeviceStream stream);

  int setMathMode(int mode);

  int setWorkspace(long address, long bytes);

  int version(int[] version);

  /// A status in cuBLAS's words.
  String words(int status);

  /// `cublasGemmStridedBatchedEx`, single precision in and out.
  ///
  /// @param alpha one float in native memory, as `beta`
  int gemm(
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
      int computeType);

  void destroy();
}
