package cadj.kernels.gemm;

import cadj.kernels.convert.HalfWeights;
import cadj.kernels.device.Blas;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Done;
import cadj.kernels.device.GemmShape;
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
    } else if (blas == null || s.k() == 0 || !byLibrary(blas, s, c, a, b, bias, residual)) {
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
                    s,
                    product,
                    left,
                    right,
                    thereToo ? (GpuF32) bias : null,
                    thereToo ? (GpuF32) residual : null,
                    gpu.precision().matmul()));
    if (done == Done.NOTHING) {
      return false;
    }
    boolean isComplete = done != Done.WITHOUT_ADDENDS && thereToo;
    if (!isComplete && (bias != null || residual != null)) {
      tiled.sum(s.withBeta(1), c, null, 0, bias, residual);
    }
    return true;
  }

  private static boolean onDeviceOrNull(@Nullable Buffer buffer) {
    return buffer == null || buffer instanceof GpuF32;
  }
}
