package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import cadj.kernels.device.Blas;
import cadj.kernels.device.Done;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.TestGpu;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// On the tests' GPU. The shapes that [GemmContract] draws are small, so that [GemmTiling] would
/// take small tiles for all: other tilings are asked for.
@Execution(ExecutionMode.CONCURRENT)
class GemmCudaTest {
  private static Gpu gpu(@Nullable Blas blas, MatmulPrecision precision) {
    return GemmOnGpu.gpu(blas, precision);
  }

  private static GemmTiling largeInPieces(GemmShape shape) {
    return shape.k() == 0
        ? GemmTiling.whole(shape, 128)
        : GemmTiling.inPieces(shape, 128, 1 + shape.n() % 3);
  }

  @Nested
  class Single extends GemmOnGpu {
    Single() {
      super(gpu(MatmulPrecision.HIGHEST), GemmTiling::of);
    }
  }

  @Nested
  class SingleInLargeTiles extends GemmOnGpu {
    SingleInLargeTiles() {
      super(gpu(MatmulPrecision.HIGHEST), GemmCudaTest::largeInPieces);
    }
  }

  @Nested
  class Tf32 extends GemmOnGpu {
    Tf32() {
      super(gpu(MatmulPrecision.HIGH), GemmTiling::of);
    }
  }

  @Nested
  class Tf32InLargeTiles extends GemmOnGpu {
    Tf32InLargeTiles() {
      super(gpu(MatmulPrecision.HIGH), GemmCudaTest::largeInPieces);
    }
  }

  @Nested
  class Bf16 extends GemmOnGpu {
    Bf16() {
      super(gpu(MatmulPrecision.MEDIUM), GemmTiling::of);
    }
  }

  @Nested
  class Bf16InLargeTiles extends GemmOnGpu {
    Bf16InLargeTiles() {
      super(gpu(MatmulPrecision.MEDIUM), GemmCudaTest::largeInPieces);
    }
  }

  @Nested
  class ByLibrary extends GemmOnGpu {
    ByLibrary() {
      super(
          gpu(TestGpu.withLibraries().blas(), MatmulPrecision.HIGHEST),
          GemmCudaTest::largeInPieces);
    }
  }

  /// Factors that TF32 and BF16 cannot hold show which of them was asked for. A device before sm_80
  /// rounds none.
  @Test
  void precisionIsWhatTheDeviceAllows() {
    F32 factors = F32.of(1 + 0x1p-20f, 0x1p-30f, 1e6f);
    F32 ones = F32.of(1);
    boolean rounds = TestGpu.plain().hasTensorCores();
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
        new float[] {1, 0x1p-30f, 999_424}, // multiples of 2^12
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
    Gpu gpu = GemmOnGpu.gpu(precision);
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
        GemmShape s,
        GpuF32 c,
        GpuF32 a,
        GpuF32 b,
        @Nullable GpuF32 bias,
        @Nullable GpuF32 residual,
        MatmulPrecision precision) {
      last =
          "%s%s %d %d %d %d+%d %d+%d %s %d+%d ×%d %s"
              .formatted(
                  s.transA() ? "T" : "N",
                  s.transB() ? "T" : "N",
                  s.m(),
                  s.n(),
                  s.k(),
                  s.lda(),
                  s.strideA(),
                  s.ldb(),
                  s.strideB(),
                  s.beta(),
                  s.ldc(),
                  s.strideC(),
                  s.batch(),
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
