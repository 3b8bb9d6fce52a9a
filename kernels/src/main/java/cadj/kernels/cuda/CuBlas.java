package cadj.kernels.cuda;

import cadj.kernels.cuda.ColumnProduct.Matrix;
import cadj.kernels.device.Blas;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Done;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import org.jspecify.annotations.Nullable;

/// cuBLAS, in the driver's stream; products with a bias or a residual by cuBLASLt, where it is.
///
/// It is column-major. A row-major matrix, read so, is its own transpose; hence Cᵀ = op(B)ᵀ·op(A)ᵀ
/// is computed, with B and A as they lie, in swapped order. Results are the same bits each time on
/// one kind of GPU: NVIDIA promises that for one stream with a workspace of its own.
///
/// What a library refuses is told once for each product's sizes, in a warning of this class's
/// logger, and left to the caller from then on.
public final class CuBlas implements Blas {
  private static final System.Logger LOG = System.getLogger(CuBlas.class.getName());
  private static final int HOPPER = 90;

  private final JCudaDriver driver;
  private final BlasCalls cublas;
  private final @Nullable CuBlasLt lt;
  private final long workspace;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment alpha = arena.allocate(ValueLayout.JAVA_FLOAT);
  private final MemorySegment beta = arena.allocate(ValueLayout.JAVA_FLOAT);
  private final Set<ColumnProduct> refused = new HashSet<>();
  private final Set<ColumnProduct> refusedWithAddends = new HashSet<>();

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
    require(cublas.create(), "start");
    long bytes = workspaceBytes(driver.capability());
    long taken = 0;
    try {
      require(cublas.setStream(driver.stream()), "use the stream");
      require(cublas.setMathMode(cublasMath.CUBLAS_DEFAULT_MATH), "set the math mode");
      taken = driver.allocate(bytes);
      require(cublas.setWorkspace(taken, bytes), "use a workspace");
      lt = CuBlasLt.beside(cublas.library(), driver.stream(), taken, bytes).orElse(null);
    } catch (RuntimeException | Error e) {
      cublas.destroy();
      if (taken != 0) {
        driver.free(taken);
      }
      throw e;
    }
    workspace = taken;
  }

  private void require(int status, String doing) {
    if (status != cublasStatus.CUBLAS_STATUS_SUCCESS) {
      throw new CudaException("cuBLAS, %s: %s".formatted(doing, cublas.words(status)));
    }
  }

  /// What NVIDIA recommends.
  private static long workspaceBytes(int capability) {
    return capability >= HOPPER ? 32 << 20 : 4 << 20;
  }

  /// Such as `12.6`.
  public String version() {
    int[] version = new int[1];
    require(cublas.version(version), "ask the version");
    return version[0] / 10_000 + "." + version[0] % 10_000 / 100;
  }

  /// Where the library lies, what it is called through, and whether cuBLASLt is there: for people.
  public String origin() {
    return "%s, through %s%s"
        .formatted(
            cublas.library().origin(), cublas.through(), lt == null ? ", without cuBLASLt" : "");
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
    if (s.m() == 0 || s.n() == 0 || s.batch() == 0) {
      return Done.ALL;
    }
    driver.enter();
    int m = s.m();
    int n = s.n();
    int k = s.k();
    ColumnProduct product =
        new ColumnProduct(
            computeType(precision),
            operation(s.transB()),
            operation(s.transA()),
            k,
            asColumns(b, s.transB() ? n : k, s.transB() ? k : n, s.ldb(), s.strideB()),
            asColumns(a, s.transA() ? k : m, s.transA() ? m : k, s.lda(), s.strideA()),
            asColumns(residual == null ? c : residual, m, n, s.ldc(), s.strideC()),
            asColumns(c, m, n, s.ldc(), s.strideC()),
            s.batch(),
            bias == null ? 0 : ColumnProduct.alignment(bias.address()));
    boolean addends = bias != null || residual != null;
    if (addends && multiplyAndAdd(product, b, a, s.beta(), c, bias, residual)) {
      return Done.ALL;
    }
    if (!multiply(product, b, a, s.beta(), c)) {
      return Done.NOTHING;
    }
    return addends ? Done.WITHOUT_ADDENDS : Done.ALL;
  }

  /// A matrix that is stored by rows, `count` of them of a length.
  private static Matrix asColumns(GpuF32 buffer, int count, int length, int pitch, long stride) {
    int alignment = ColumnProduct.alignment(buffer.address());
    return new Matrix(length, count, Math.max(pitch, 1), stride, alignment);
  }

  private static int operation(boolean transposed) {
    return transposed ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
  }

  private static int computeType(MatmulPrecision precision) {
    return switch (precision) {
      case HIGHEST -> cublasComputeType.CUBLAS_COMPUTE_32F;
      case HIGH -> cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32;
      case MEDIUM -> cublasComputeType.CUBLAS_COMPUTE_32F_FAST_16BF;
    };
  }

  /// By cuBLASLt, which adds one matrix: the residual, or what lies in C.
  ///
  /// @return whether it is done
  private boolean multiplyAndAdd(
      ColumnProduct product,
      GpuF32 a,
      GpuF32 b,
      float factor,
      GpuF32 c,
      @Nullable GpuF32 bias,
      @Nullable GpuF32 residual) {
    if (lt == null
        || product.k() == 0
        || (residual != null && factor != 0)
        || refusedWithAddends.contains(product)) {
      return false;
    }
    alpha.set(ValueLayout.JAVA_FLOAT, 0, 1);
    beta.set(ValueLayout.JAVA_FLOAT, 0, residual == null ? factor : 1);
    try {
      lt.multiply(
          product,
          alpha,
          a.address(),
          b.address(),
          beta,
          residual == null ? c.address() : residual.address(),
          c.address(),
          bias == null ? 0 : bias.address());
      return true;
    } catch (RefusedException e) {
      tell(e, "addends are added afterwards");
      refusedWithAddends.add(product);
      return false;
    }
  }

  /// @return whether it is done
  private boolean multiply(ColumnProduct product, GpuF32 a, GpuF32 b, float factor, GpuF32 c) {
    if (refused.contains(product)) {
      return false;
    }
    // Without terms the sum is 0: one term that does not count, which is never read.
    alpha.set(ValueLayout.JAVA_FLOAT, 0, product.k() == 0 ? 0 : 1);
    beta.set(ValueLayout.JAVA_FLOAT, 0, factor);
    int status =
        cublas.gemm(
            product.transA(),
            product.transB(),
            Math.toIntExact(product.d().rows()),
            Math.toIntExact(product.d().columns()),
            Math.max(product.k(), 1),
            alpha,
            a.address(),
            product.a().pitch(),
            product.a().stride(),
            b.address(),
            product.b().pitch(),
            product.b().stride(),
            beta,
            c.address(),
            product.d().pitch(),
            product.d().stride(),
            product.batch(),
            product.computeType());
    if (status == cublasStatus.CUBLAS_STATUS_SUCCESS) {
      return true;
    }
    String message = "cuBLAS, %s: %s".formatted(product, cublas.words(status));
    if (status == cublasStatus.CUBLAS_STATUS_ALLOC_FAILED) {
      throw new DeviceOutOfMemoryException(message);
    }
    tell(new RefusedException(message), "own kernels compute it");
    refused.add(product);
    return false;
  }

  /// @throws CudaException if the device is in no state to go on
  private void tell(RefusedException refusal, String instead) {
    driver.synchronize();
    LOG.log(System.Logger.Level.WARNING, refusal.getMessage() + "; " + instead);
  }

  @Override
  public void close() {
    driver.enterToClose();
    if (lt != null) {
      lt.close();
    }
    cublas.destroy();
    driver.free(workspace);
    arena.close();
  }
}
