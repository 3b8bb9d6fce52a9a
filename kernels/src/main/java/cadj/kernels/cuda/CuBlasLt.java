package cadj.kernels.cuda;

import cadj.kernels.cuda.ColumnProduct.Matrix;
import cadj.kernels.device.DeviceOutOfMemoryException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jcuda.cudaDataType;
import jcuda.jcublas.cublasStatus;

/// Products with a bias, and with a matrix added that is another than the result, by cuBLASLt: D =
/// op(A)·op(B) + beta·C + bias, by columns as in BLAS. The bias has one number for each row of D.
///
/// Its algorithm for given sizes is the first that cuBLASLt proposes, of those that use the
/// workspace given and add up partial sums, if any, in a fixed order; so results are the same bits
/// each time.
final class CuBlasLt implements AutoCloseable {
  /// Attributes of `cublasLtMatmulDescAttributes_t`.
  private static final int TRANSA = 3;

  private static final int TRANSB = 4;
  private static final int EPILOGUE = 7;
  private static final int BIAS_POINTER = 8;

  /// Of `cublasLtEpilogue_t`.
  private static final int EPILOGUE_DEFAULT = 1;

  private static final int EPILOGUE_BIAS = 4;

  /// Of `cublasLtMatrixLayoutAttribute_t`.
  private static final int BATCH_COUNT = 5;

  private static final int STRIDED_BATCH_OFFSET = 6;

  /// Of `cublasLtMatmulPreferenceAttributes_t`.
  private static final int MAX_WORKSPACE_BYTES = 1;

  private static final int REDUCTION_SCHEME_MASK = 3;
  private static final int[] MIN_ALIGNMENT_BYTES = {5, 6, 7, 8};

  /// Of `cublasLtReductionScheme_t`: partial sums in the workspace, added in a step of their own.
  private static final int REDUCTION_SCHEME_COMPUTE_TYPE = 2;

  private final LtCalls lt;
  private final long workspace;
  private final long workspaceBytes;
  private final DeviceStream stream;
  private final Map<ColumnProduct, Plan> plans = new HashMap<>();

  private CuBlasLt(LtCalls lt, DeviceStream stream, long workspace, long workspaceBytes) {
    this.lt = lt;
    this.stream = stream;
    this.workspace = workspace;
    this.workspaceBytes = workspaceBytes;
  }

  /// The one that belongs to a cuBLAS, if it can be used.
  ///
  /// @param workspace memory that only the stream's work uses
  static Optional<CuBlasLt> beside(
      SharedLibrary cublas, DeviceStream stream, long workspace, long workspaceBytes) {
    Optional<SharedLibrary> library =
        SharedLibrary.byName(cublas.name().replace("cublas", "cublasLt"));
    if (library.isEmpty()) {
      return Optional.empty();
    }
    try {
      LtCalls lt = new LtCalls(library.get());
      return lt.create() == cublasStatus.CUBLAS_STATUS_SUCCESS
          ? Optional.of(new CuBlasLt(lt, stream, workspace, workspaceBytes))
          : Optional.empty();
    } catch (CudaException lacksFunctions) {
      return Optional.empty();
    }
  }

  /// @param bias its address, or 0
  /// @throws RefusedException if cuBLASLt does not do this
  /// @throws DeviceOutOfMemoryException if it lacks memory
  void multiply(
      ColumnProduct product,
      MemorySegment alpha,
      long a,
      long b,
      MemorySegment beta,
      long c,
      long d,
      long bias) {
    Plan plan = plans.computeIfAbsent(product, it -> new Plan(it, bias));
    if (bias != 0) {
      check(lt.setMatmulAddress(plan.descriptor, BIAS_POINTER, bias), "add a bias", product);
    }
    check(
        lt.matmul(
            plan.descriptor,
            alpha,
            a,
            plan.a,
            b,
            plan.b,
            beta,
            c,
            plan.c,
            d,
            plan.d,
            plan.algorithm,
            workspace,
            workspaceBytes,
            stream.address()),
        "multiply",
        product);
  }

  private void check(int status, String doing, ColumnProduct product) {
    if (status == cublasStatus.CUBLAS_STATUS_SUCCESS) {
      return;
    }
    String message = "cuBLASLt, %s for %s: %s".formatted(doing, product, lt.words(status));
    throw status == cublasStatus.CUBLAS_STATUS_ALLOC_FAILED
        ? new DeviceOutOfMemoryException(message)
        : new RefusedException(message);
  }

  @Override
  public void close() {
    plans.values().forEach(Plan::close);
    plans.clear();
    lt.destroy();
  }

  /// Descriptors of what is to be done, and the algorithm for it.
  private final class Plan {
    private final Arena arena = Arena.ofShared();
    private final List<Runnable> closing = new ArrayList<>();
    final MemorySegment algorithm = arena.allocate(LtCalls.ALGORITHM_BYTES, Long.BYTES);
    final long descriptor;
    final long a;
    final long b;
    final long c;
    final long d;

    /// @param bias where it lies, or 0; whether an algorithm fits depends on its alignment
    Plan(ColumnProduct s, long bias) {
      try {
        long[] made = new long[1];
        check(
            lt.createMatmul(made, s.computeType(), cudaDataType.CUDA_R_32F),
            "describe a product",
            s);
        descriptor = made[0];
        closing.add(() -> lt.destroyMatmul(descriptor));
        check(lt.setMatmul(descriptor, TRANSA, s.transA()), "transpose", s);
        check(lt.setMatmul(descriptor, TRANSB, s.transB()), "transpose", s);
        check(
            lt.setMatmul(descriptor, EPILOGUE, bias == 0 ? EPILOGUE_DEFAULT : EPILOGUE_BIAS),
            "choose an epilogue",
            s);
        if (bias != 0) {
          check(lt.setMatmulAddress(descriptor, BIAS_POINTER, bias), "add a bias", s);
        }
        a = layout(s, s.a());
        b = layout(s, s.b());
        c = layout(s, s.c());
        d = layout(s, s.d());
        check(lt.createPreference(made), "state preferences", s);
        long preference = made[0];
        closing.add(() -> lt.destroyPreference(preference));
        check(
            lt.setPreference(preference, MAX_WORKSPACE_BYTES, workspaceBytes),
            "bound workspace",
            s);
        check(
            lt.setPreference(preference, REDUCTION_SCHEME_MASK, REDUCTION_SCHEME_COMPUTE_TYPE),
            "fix the order of sums",
            s);
        List<Matrix> matrices = List.of(s.a(), s.b(), s.c(), s.d());
        for (int i = 0; i < matrices.size(); i++) {
          check(
              lt.setPreference(preference, MIN_ALIGNMENT_BYTES[i], matrices.get(i).alignment()),
              "tell of alignment",
              s);
        }
        check(lt.best(descriptor, a, b, c, d, preference, algorithm), "find an algorithm", s);
      } catch (RefusedException | DeviceOutOfMemoryException e) {
        close();
        throw e;
      }
    }

    private long layout(ColumnProduct s, Matrix matrix) {
      long[] made = new long[1];
      check(
          lt.createLayout(
              made, cudaDataType.CUDA_R_32F, matrix.rows(), matrix.columns(), matrix.pitch()),
          "describe a matrix",
          s);
      long layout = made[0];
      closing.add(() -> lt.destroyLayout(layout));
      check(lt.setLayout(layout, BATCH_COUNT, s.batch()), "describe a batch", s);
      check(lt.setLayout(layout, STRIDED_BATCH_OFFSET, matrix.stride()), "describe a batch", s);
      return layout;
    }

    void close() {
      closing.forEach(Runnable::run);
      arena.close();
    }
  }
}
