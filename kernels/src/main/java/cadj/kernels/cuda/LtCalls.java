package cadj.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import jcuda.jcublas.cublasStatus;

/// The functions of cuBLASLt that [CuBlasLt] calls, for one handle; JCuda has none of them. As in
/// C, results are statuses, and descriptors and device memory are addresses.
final class LtCalls {
  /// `cublasLtMatmulHeuristicResult_t`: 64 bytes that are the algorithm, the workspace's size, a
  /// status, the number of waves, four reserved.
  private static final int RESULT_BYTES = 96;

  static final int ALGORITHM_BYTES = 64;
  private static final int STATE_AT = 72;
  private static final int NOT_SUPPORTED = cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED;

  private final MethodHandle create;
  private final MethodHandle destroy;
  private final MethodHandle createMatmul;
  private final MethodHandle setMatmul;
  private final MethodHandle destroyMatmul;
  private final MethodHandle createLayout;
  private final MethodHandle setLayout;
  private final MethodHandle destroyLayout;
  private final MethodHandle createPreference;
  private final MethodHandle setPreference;
  private final MethodHandle destroyPreference;
  private final MethodHandle heuristic;
  private final MethodHandle matmul;
  private final MethodHandle statusName;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment value = arena.allocate(JAVA_LONG);
  private long handle;

  /// @throws CudaException if one of the functions is not there
  LtCalls(SharedLibrary library) {
    ForeignFunctions functions = new ForeignFunctions(library);
    create = functions.status("cublasLtCreate", JAVA_LONG);
    destroy = functions.status("cublasLtDestroy", JAVA_LONG);
    createMatmul = functions.status("cublasLtMatmulDescCreate", JAVA_LONG, JAVA_INT, JAVA_INT);
    setMatmul = attribute(functions, "cublasLtMatmulDescSetAttribute");
    destroyMatmul = functions.status("cublasLtMatmulDescDestroy", JAVA_LONG);
    createLayout =
        functions.status(
            "cublasLtMatrixLayoutCreate",
            JAVA_LONG, // matLayout
            JAVA_INT, // type
            JAVA_LONG, // rows
            JAVA_LONG, // cols
            JAVA_LONG); // ld
    setLayout = attribute(functions, "cublasLtMatrixLayoutSetAttribute");
    destroyLayout = functions.status("cublasLtMatrixLayoutDestroy", JAVA_LONG);
    createPreference = functions.status("cublasLtMatmulPreferenceCreate", JAVA_LONG);
    setPreference = attribute(functions, "cublasLtMatmulPreferenceSetAttribute");
    destroyPreference = functions.status("cublasLtMatmulPreferenceDestroy", JAVA_LONG);
    heuristic =
        functions.status(
            "cublasLtMatmulAlgoGetHeuristic",
            JAVA_LONG, // lightHandle
            JAVA_LONG, // operationDesc
            JAVA_LONG, // Adesc
            JAVA_LONG, // Bdesc
            JAVA_LONG, // Cdesc
            JAVA_LONG, // Ddesc
            JAVA_LONG, // preference
            JAVA_INT, // requestedAlgoCount
            JAVA_LONG, // heuristicResultsArray
            JAVA_LONG); // returnAlgoCount
    matmul =
        functions.status(
            "cublasLtMatmul",
            JAVA_LONG, // lightHandle
            JAVA_LONG, // computeDesc
            JAVA_LONG, // alpha
            JAVA_LONG, // A
            JAVA_LONG, // Adesc
            JAVA_LONG, // B
            JAVA_LONG, // Bdesc
            JAVA_LONG, // beta
            JAVA_LONG, // C
            JAVA_LONG, // Cdesc
            JAVA_LONG, // D
            JAVA_LONG, // Ddesc
            JAVA_LONG, // algo
            JAVA_LONG, // workspace
            JAVA_LONG, // workspaceSizeInBytes
            JAVA_LONG); // stream
    statusName = functions.words("cublasLtGetStatusName");
  }

  /// What is set, which attribute, where its value lies, how long that is.
  private static MethodHandle attribute(ForeignFunctions functions, String name) {
    return functions.status(name, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
  }

  String words(int status) {
    return ForeignFunctions.words(statusName, status);
  }

  int create() {
    long[] made = new long[1];
    int status = ForeignFunctions.out(made, create);
    handle = made[0];
    return status;
  }

  int createMatmul(long[] descriptor, int computeType, int scaleType) {
    return ForeignFunctions.into(descriptor, createMatmul, computeType, scaleType);
  }

  /// An attribute of 32 bits.
  int setMatmul(long descriptor, int attribute, int to) {
    value.set(JAVA_INT, 0, to);
    return ForeignFunctions.call(setMatmul, descriptor, attribute, value.address(), 4L);
  }

  /// An attribute of 64 bits: an address. It is set for each product anew.
  int setMatmulAddress(long descriptor, int attribute, long to) {
    value.set(JAVA_LONG, 0, to);
    try {
      return (int) setMatmul.invokeExact(descriptor, attribute, value.address(), 8L);
    } catch (Throwable e) {
      throw ForeignFunctions.unexpected(e);
    }
  }

  int createLayout(long[] layout, int type, long rows, long columns, long pitch) {
    return ForeignFunctions.into(layout, createLayout, type, rows, columns, pitch);
  }

  int setLayout(long layout, int attribute, int to) {
    value.set(JAVA_INT, 0, to);
    return ForeignFunctions.call(setLayout, layout, attribute, value.address(), 4L);
  }

  int setLayout(long layout, int attribute, long to) {
    value.set(JAVA_LONG, 0, to);
    return ForeignFunctions.call(setLayout, layout, attribute, value.address(), 8L);
  }

  int createPreference(long[] preference) {
    return ForeignFunctions.out(preference, createPreference);
  }

  int setPreference(long preference, int attribute, int to) {
    value.set(JAVA_INT, 0, to);
    return ForeignFunctions.call(setPreference, preference, attribute, value.address(), 4L);
  }

  int setPreference(long preference, int attribute, long to) {
    value.set(JAVA_LONG, 0, to);
    return ForeignFunctions.call(setPreference, preference, attribute, value.address(), 8L);
  }

  void destroyMatmul(long descriptor) {
    ForeignFunctions.call(destroyMatmul, descriptor);
  }

  void destroyLayout(long layout) {
    ForeignFunctions.call(destroyLayout, layout);
  }

  void destroyPreference(long preference) {
    ForeignFunctions.call(destroyPreference, preference);
  }

  /// The algorithm that cuBLASLt thinks the best.
  ///
  /// @param algorithm [#ALGORITHM_BYTES] to be written
  int best(
      long descriptor, long a, long b, long c, long d, long preference, MemorySegment algorithm) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment result = call.allocate(RESULT_BYTES, Long.BYTES);
      MemorySegment count = call.allocate(JAVA_INT);
      int status =
          ForeignFunctions.call(
              heuristic,
              handle,
              descriptor,
              a,
              b,
              c,
              d,
              preference,
              1,
              result.address(),
              count.address());
      MemorySegment.copy(result, 0, algorithm, 0, ALGORITHM_BYTES);
      if (status != 0) {
        return status;
      }
      return count.get(JAVA_INT, 0) == 0 ? NOT_SUPPORTED : result.get(JAVA_INT, STATE_AT);
    }
  }

  /// D = alpha·op(A)·op(B) + beta·C, with what the descriptor adds.
  int matmul(
      long descriptor,
      MemorySegment alpha,
      long a,
      long aLayout,
      long b,
      long bLayout,
      MemorySegment beta,
      long c,
      long cLayout,
      long d,
      long dLayout,
      MemorySegment algorithm,
      long workspace,
      long workspaceBytes,
      long stream) {
    try {
      return (int)
          matmul.invokeExact(
              handle,
              descriptor,
              alpha.address(),
              a,
              aLayout,
              b,
              bLayout,
              beta.address(),
              c,
              cLayout,
              d,
              dLayout,
              algorithm.address(),
              workspace,
              workspaceBytes,
              stream);
    } catch (Throwable e) {
      throw ForeignFunctions.unexpected(e);
    }
  }

  void destroy() {
    ForeignFunctions.call(destroy, handle);
    arena.close();
  }
}
