package cadj.kernels.gemm;

import cadj.kernels.convert.HalfWeights;
import cadj.kernels.device.Blas;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.GpuHalf;
import cadj.kernels.record.Recording;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// On a GPU: by a library where there is one, else by the kernels here, see [TiledGemm].
///
/// An operand in half precision is read as it is where a kernel can, and widened before the product
/// where not: A always, B for a library.
final class GemmCuda implements GemmKernel {
  private final Gpu gpu;
  private final TiledGemm tiled;

  GemmCuda(Gpu gpu) {
    this(gpu, GemmTiling::of);
  }

  GemmCuda(Gpu gpu, Function<GemmShape, GemmTiling> tiling) {
    this.gpu = gpu;
    this.tiled = new TiledGemm(gpu, tiling);
  }

  @Override
  public void multiply(
      GemmShape s, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias, @Nullable Buffer residual) {
    if (s.m() == 0 || s.n() == 0 || s.batch() == 0) {
      return;
    }
    Blas blas = gpu.blas();
    if (a instanceof GpuHalf half) {
      multiplyWidened(half, wide -> multiply(s, c, wide, b, bias, residual));
    } else if (b instanceof GpuHalf half && (blas != null || !tiled.takes(s, a, half))) {
      multiplyWidened(half, wide -> multiply(s, c, a, wide, bias, residual));
    } else if (blas != null
        && c instanceof GpuF32 product
        && a instanceof GpuF32 left
        && b instanceof GpuF32 right) {
      byLibrary(blas, s, product, left, right, bias, residual);
    } else {
      tiled.multiply(s, c, a, b, bias, residual);
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

  /// A library knows no addends, so C begins as β·C + bias + residual, to which the product is added.
  private void byLibrary(
      Blas blas,
      GemmShape s,
      GpuF32 c,
      GpuF32 a,
      GpuF32 b,
      @Nullable Buffer bias,
      @Nullable Buffer residual) {
    boolean begun = bias != null || residual != null || s.k() == 0;
    if (begun) {
      tiled.sum(s, c, null, 0, bias, residual);
    }
    if (s.k() > 0) {
      Recording.algorithm(blas.getClass().getSimpleName());
      gpu.call(
          blas,
          "gemm",
          s::sizes,
          () ->
              blas.gemm(
                  s.transA(),
                  s.transB(),
                  s.m(),
                  s.n(),
                  s.k(),
                  a,
                  s.lda(),
                  s.strideA(),
                  b,
                  s.ldb(),
                  s.strideB(),
                  begun ? 1 : s.beta(),
                  c,
                  s.ldc(),
                  s.strideC(),
                  s.batch(),
                  gpu.precision().matmul()));
    }
  }
}
