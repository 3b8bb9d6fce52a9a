package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import cadj.kernels.device.Blas;
import cadj.kernels.device.Done;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuBlock;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.TestGpu;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// On the tests' GPU. The shapes that [GemmContract] draws are small, so that [GemmTiling] would
/// take small tiles for all: other tilings are asked for.
class GemmCudaTest {
  private static Gpu gpu(@Nullable Blas blas, MatmulPrecision precision) {
    return new Gpu(TestGpu.plain().driver(), blas, null, new Precision(precision, false));
  }

  private static GemmTiling largeInPieces(GemmShape shape) {
    return shape.k() == 0
        ? GemmTiling.whole(shape, 128)
        : GemmTiling.inPieces(shape, 128, 1 + shape.n() % 3);
  }

  /// The contract, with operands in device memory, half of which begin on a boundary of 16 bytes.
  /// What surrounds C lies there too; A and B end where memory does.
  abstract static class OnGpu extends GemmContract {
    private final Gpu gpu;
    private final Function<GemmShape, GemmTiling> tiling;

    OnGpu(Gpu gpu, Function<GemmShape, GemmTiling> tiling) {
      this.gpu = gpu;
      this.tiling = tiling;
    }

    @Override
    DType dtype() {
      return DType.F32;
    }

    @Override
    void multiply(GemmShape shape, Buffer c, Buffer a, Buffer b, @Nullable Buffer bias) {
      F32 host = F32.of(c);
      int length = host.array().length;
      int shift = shift(host);
      GpuF32 all = gpu.allocate(length + shift);
      GpuF32 product = all.slice(shift, length);
      gpu.upload(product, F32.of(host.array()));
      List<Long> taken = new ArrayList<>();
      new GemmCuda(gpu, tiling)
          .multiply(
              shape,
              product.slice(host.offset(), host.length()),
              alone(a, taken),
              alone(b, taken),
              bias == null ? null : alone(bias, taken));
      gpu.download(F32.of(host.array()), product);
      gpu.free(all);
      taken.forEach(gpu.driver()::free);
      assertEquals(0, gpu.pool().liveBytes(), "memory not given back");
    }

    /// Elements before the array, so that the window begins on a boundary of 16 bytes.
    private static int shift(F32 window) {
      return window.offset() % 2 == 0 ? Math.floorMod(-window.offset(), 4) : 0;
    }

    /// The window without what surrounds it: the device's memory ends with it.
    private GpuF32 alone(Buffer buffer, List<Long> taken) {
      F32 host = F32.of(buffer);
      int before = (shift(host) + host.offset()) % 4;
      long address = gpu.driver().allocate(4L * Math.max(1, before + host.length()));
      taken.add(address);
      GpuF32 copy = new GpuF32(gpu, new GpuBlock(), address + 4L * before, host.length());
      gpu.upload(copy, host);
      return copy;
    }
  }

  /// Factors rounded to 10 bits: each is off by 2^−11 of itself, and by 2^−25 where F16 is
  /// subnormal.
  abstract static class Rounded extends OnGpu {
    Rounded(MatmulPrecision precision, Function<GemmShape, GemmTiling> tiling) {
      super(gpu(null, precision), tiling);
    }

    @Override
    double tolerance(int terms, double size) {
      return super.tolerance(terms, size) + (0x1p-10 + 0x1p-22) * size + terms * 2 * 0x1p-25;
    }
  }

  @Nested
  class Single extends OnGpu {
    Single() {
      super(gpu(null, MatmulPrecision.HIGHEST), GemmTiling::of);
    }
  }

  @Nested
  class SingleInLargeTiles extends OnGpu {
    SingleInLargeTiles() {
      super(gpu(null, MatmulPrecision.HIGHEST), GemmCudaTest::largeInPieces);
    }
  }

  @Nested
  class Tf32 extends Rounded {
    Tf32() {
      super(MatmulPrecision.HIGH, GemmTiling::of);
    }
  }

  @Nested
  class Tf32InLargeTiles extends Rounded {
    Tf32InLargeTiles() {
      super(MatmulPrecision.HIGH, GemmCudaTest::largeInPieces);
    }
  }

  @Nested
  class F16 extends Rounded {
    F16() {
      super(MatmulPrecision.MEDIUM, GemmTiling::of);
    }
  }

  @Nested
  class F16InLargeTiles extends Rounded {
    F16InLargeTiles() {
      super(MatmulPrecision.MEDIUM, GemmCudaTest::largeInPieces);
    }
  }

  @Nested
  class ByLibrary extends OnGpu {
    ByLibrary() {
      super(
          gpu(TestGpu.withLibraries().blas(), MatmulPrecision.HIGHEST),
          GemmCudaTest::largeInPieces);
    }
  }

  /// Factors that TF32 and F16 cannot hold show which of them was asked for. A device before sm_80
  /// rounds none.
  @Test
  void precisionIsWhatTheDeviceAllows() {
    F32 factors = F32.of(1 + 0x1p-20f, 0x1p-30f, 1e6f);
    F32 ones = F32.of(1);
    boolean rounds = TestGpu.plain().driver().capability() >= 80;
    for (MatmulPrecision precision : MatmulPrecision.values()) {
      if (precision == MatmulPrecision.HIGHEST || !rounds) {
        assertArrayEquals(factors.array(), product(precision, factors, ones, 3, 1, 1));
      }
    }
    if (!rounds) {
      return;
    }
    assertArrayEquals(
        new float[] {1, 0x1p-30f, 999_936}, // 1e6 is between 2^19 and 2^20: multiples of 2^9
        product(MatmulPrecision.HIGH, factors, ones, 3, 1, 1));
    assertArrayEquals(
        new float[] {1, 0, Float.POSITIVE_INFINITY},
        product(MatmulPrecision.MEDIUM, factors, ones, 3, 1, 1));
  }

  @Test
  void operandsMayLieOnTheHost() {
    int m = 9;
    int n = 70;
    int k = 600;
    F32 a = Samples.normal(1, m * k);
    F32 b = Samples.normal(2, k * n);
    float[] expected = new float[m * n];
    new GemmReference().multiply(GemmShape.of(false, false, m, n, k), F32.of(expected), a, b, null);
    assertArrayEquals(expected, product(MatmulPrecision.HIGHEST, a, b, m, n, k), 1e-3f);
  }

  private static float[] product(MatmulPrecision precision, F32 a, F32 b, int m, int n, int k) {
    Gpu gpu = gpu(null, precision);
    float[] c = new float[m * n];
    new GemmCuda(gpu).multiply(GemmShape.of(false, false, m, n, k), F32.of(c), a, b, null);
    return c;
  }

  @Test
  void aLibraryIsTold() {
    Recorder blas = new Recorder();
    Gpu gpu = gpu(blas, MatmulPrecision.HIGH);
    GemmShape shape = new GemmShape(true, false, 2, 3, 4, 5, 6, 7, 2, 20, 0, 21, 0.5f);
    GpuF32 a = gpu.allocate(40);
    GpuF32 b = gpu.allocate(24);
    GpuF32 c = gpu.allocate(42);
    GpuF32 bias = gpu.allocate(3);
    for (GpuF32 buffer : List.of(a, b, c, bias)) {
      gpu.fill(buffer, 1);
    }
    GemmCuda kernel = new GemmCuda(gpu);
    kernel.multiply(shape, c, a, b, null);
    assertEquals("TN 2 3 4 5+20 6+0 0.5 7+21 ×2 HIGH", blas.last);
    GpuF32 residual = gpu.allocate(42);
    gpu.fill(residual, 2);
    kernel.multiply(shape, c, a, b, bias, residual);
    assertEquals("TN 2 3 4 5+20 6+0 0.5 7+21 ×2 HIGH bias residual", blas.last);
    assertEquals(1, c.get(0), "nothing is added that the library adds");
    blas.does = Done.WITHOUT_ADDENDS;
    kernel.multiply(shape, c, a, b, bias, residual);
    assertEquals(1 + 1 + 2, c.get(0), "what the library leaves out");
    assertEquals(1, c.get(3), "beside C");
    kernel.multiply(shape, c, a, b, bias, F32.of(new float[42]));
    assertEquals("TN 2 3 4 5+20 6+0 0.5 7+21 ×2 HIGH", blas.last, "an addend on the host");
    assertEquals(1 + 1 + 2 + 1, c.get(0));
    blas.does = Done.NOTHING;
    kernel.multiply(shape, c, a, b, bias, residual);
    assertEquals(4 + 0.5 * 5 + 1 + 2, c.get(0), "by own kernels");
    blas.does = Done.ALL;
    blas.last = null;
    kernel.multiply(GemmShape.of(false, false, 2, 3, 0), c, a.slice(0, 0), b.slice(0, 0), null);
    assertEquals(null, blas.last, "nothing to multiply");
    kernel.multiply(shape, F32.of(new float[42]), a, b, null);
    assertEquals(null, blas.last, "an operand on the host");
    kernel.multiply(shape.batched(0), c, a, b, null);
    assertEquals(null, blas.last, "no matrix");
    assertNotNull(gpu.blas());
  }

  /// A library that does nothing but note what it is asked.
  private static final class Recorder implements Blas {
    private @Nullable String last;
    private Done does = Done.ALL;

    @Override
    public Done gemm(
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
        float beta,
        GpuF32 c,
        int ldc,
        long strideC,
        int batch,
        @Nullable GpuF32 bias,
        @Nullable GpuF32 residual,
        MatmulPrecision precision) {
      last =
          "%s%s %d %d %d %d+%d %d+%d %s %d+%d ×%d %s"
              .formatted(
                  transA ? "T" : "N",
                  transB ? "T" : "N",
                  m,
                  n,
                  k,
                  lda,
                  strideA,
                  ldb,
                  strideB,
                  beta,
                  ldc,
                  strideC,
                  batch,
                  precision);
      if (bias != null) {
        last += " bias";
      }
      if (residual != null) {
        last += " residual";
      }
      return does;
    }
  }
}
