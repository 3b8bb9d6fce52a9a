package cadj.kernels.gemm;

import cadj.kernels.binary.Binary;
import cadj.kernels.binary.BinaryKernel;
import cadj.kernels.convert.HalfWeights;
import cadj.kernels.device.Blas;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Done;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.record.Recording;
import cadj.kernels.strided.LoopNest;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// On a GPU: by a library where there is one, else by `gemm.ptx`, or `gemm_mma.ptx` where factors
/// may be rounded and there are tensor cores.
final class GemmCuda implements GemmKernel {
  private static final PtxSource RUNS = PtxSource.beside(GemmCuda.class, "gemm_run.ptx");
  private static final PtxSource SINGLE = PtxSource.beside(GemmCuda.class, "gemm.ptx").with(RUNS);
  private static final PtxSource ROUNDED =
      PtxSource.beside(GemmCuda.class, "gemm_mma.ptx").with(RUNS);

  /// Compute capability from which tensor cores take TF32.
  private static final int TENSOR_CORES = 80;

  private static final int SUM_THREADS = 256;

  private final Gpu gpu;
  private final Function<GemmShape, GemmTiling> tiling;

  GemmCuda(Gpu gpu) {
    this(gpu, GemmTiling::of);
  }

  GemmCuda(Gpu gpu, Function<GemmShape, GemmTiling> tiling) {
    this.gpu = gpu;
    this.tiling = tiling;
  }

  @Override
  public void multiply(
      GemmShape s, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias, @Nullable Buffer residual) {
    if (s.m() == 0 || s.n() == 0 || s.batch() == 0) {
      return;
    }
    if (a instanceof GpuHalf half) {
      multiplyWidened(half, wide -> multiply(s, c, wide, b, bias, residual));
      return;
    }
    if (b instanceof GpuHalf half) {
      multiplyWidened(half, wide -> multiply(s, c, a, wide, bias, residual));
      return;
    }
    Blas blas = gpu.blas();
    if (blas == null || s.k() == 0 || !byLibrary(blas, s, c, a, b, bias, residual)) {
      byKernels(s, c, a, b, bias);
      if (residual != null) {
        add(s, c, residual);
      }
    }
  }

  private void multiplyWidened(GpuHalf half, Consumer<GpuF32> product) {
    GpuF32 wide = gpu.allocate(half.length());
    try {
      HalfWeights.widen(wide, half);
      product.accept(wide);
    } finally {
      gpu.free(wide);
    }
  }

  /// C += residual
  private void add(GemmShape s, Buffer c, Buffer residual) {
    int[] steps = {s.strideC(), s.ldc(), 1};
    BinaryKernel.on(gpu, c)
        .apply(
            Binary.ADD,
            c,
            c,
            residual,
            LoopNest.of(new int[] {s.batch(), s.m(), s.n()}, steps, steps, steps));
  }

  /// Addends that the library leaves out are added afterwards.
  ///
  /// @return whether it is done
  private boolean byLibrary(
      Blas blas,
      GemmShape s,
      Buffer c,
      Buffer a,
      Buffer b,
      @Nullable Buffer bias,
      @Nullable Buffer residual) {
    if (!(c instanceof GpuF32 product && a instanceof GpuF32 left && b instanceof GpuF32 right)) {
      return false;
    }
    boolean thereToo = onDeviceOrNull(bias) && onDeviceOrNull(residual);
    Recording.algorithm(blas.getClass().getSimpleName());
    Done done =
        gpu.call(
            blas,
            "gemm",
            s::sizes,
            product,
            () ->
                blas.gemm(
                    s.transA(),
                    s.transB(),
                    s.m(),
                    s.n(),
                    s.k(),
                    left,
                    s.lda(),
                    s.strideA(),
                    right,
                    s.ldb(),
                    s.strideB(),
                    s.beta(),
                    product,
                    s.ldc(),
                    s.strideC(),
                    s.batch(),
                    thereToo ? (GpuF32) bias : null,
                    thereToo ? (GpuF32) residual : null,
                    gpu.precision().matmul()));
    if (done == Done.NOTHING) {
      return false;
    }
    if (done == Done.WITHOUT_ADDENDS || !thereToo) {
      if (bias != null) {
        sum(s.withBeta(1), c, null, 0, bias);
      }
      if (residual != null) {
        add(s, c, residual);
      }
    }
    return true;
  }

  private static boolean onDeviceOrNull(@Nullable Buffer buffer) {
    return buffer == null || buffer instanceof GpuF32;
  }

  private void byKernels(GemmShape s, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias) {
    GemmTiling tiles = tiling.apply(s);
    Recording.algorithm(tiles::words);
    if (tiles.pieces() == 1) {
      product(s, tiles, c, a, b, bias);
      return;
    }
    int size = s.m() * s.n();
    GpuF32 parts = gpu.allocate(Math.multiplyExact(s.batch() * tiles.pieces(), size));
    try {
      GemmShape toParts =
          new GemmShape(
              s.transA(),
              s.transB(),
              s.m(),
              s.n(),
              s.k(),
              s.lda(),
              s.ldb(),
              s.n(),
              s.batch(),
              s.strideA(),
              s.strideB(),
              size,
              0f);
      product(toParts, tiles, parts, a, b, null);
      sum(s, c, parts, tiles.pieces(), bias);
    } finally {
      gpu.free(parts);
    }
  }

  private void product(
      GemmShape s, GemmTiling tiles, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias) {
    int flags =
        bit(0, !s.transA())
            | bit(1, s.transB())
            | bit(2, inVectors(a, s.lda(), s.strideA()))
            | bit(3, inVectors(b, s.ldb(), s.strideB()))
            | bit(4, inVectors(c, s.ldc(), s.strideC()));
    String factors = factors();
    gpu.launch(factors.equals("f32") ? SINGLE : ROUNDED, "gemm_" + factors + "_" + tiles.tile())
        .grid(tiles.blocks(s))
        .block(tiles.threads())
        .inOut(c)
        .in(a)
        .in(b)
        .in(bias)
        .i32(s.m())
        .i32(s.n())
        .i32(s.k())
        .i32(s.lda())
        .i32(s.ldb())
        .i32(s.ldc())
        .i32(s.strideA())
        .i32(s.strideB())
        .i32(s.strideC())
        .f32(s.beta())
        .i32(flags)
        .i32(tiles.pieces())
        .i32(tiles.depth())
        .run();
  }

  private static int bit(int place, boolean set) {
    return set ? 1 << place : 0;
  }

  private static boolean inVectors(Buffer matrices, int pitch, int stride) {
    return Launch.aligned(matrices) && pitch % 4 == 0 && stride % 4 == 0;
  }

  private String factors() {
    if (gpu.driver().capability() < TENSOR_CORES) {
      return "f32";
    }
    return switch (gpu.precision().matmul()) {
      case HIGHEST -> "f32";
      case HIGH -> "tf32";
      case MEDIUM -> "f16";
    };
  }

  /// C ← Σ parts + β·C + bias
  private void sum(
      GemmShape s, Buffer c, @Nullable GpuF32 parts, int pieces, @Nullable Buffer bias) {
    gpu.launch(SINGLE, "gemm_sum")
        .grid(Math.ceilDiv(s.batch() * s.m() * s.n(), SUM_THREADS))
        .block(SUM_THREADS)
        .inOut(c)
        .in(parts)
        .in(bias)
        .i32(s.m())
        .i32(s.n())
        .i32(s.ldc())
        .i32(s.strideC())
        .i32(s.batch())
        .f32(s.beta())
        .i32(pieces)
        .run();
  }
}
