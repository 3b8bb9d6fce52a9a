package cadj.kernels.cuda;

import static cadj.kernels.twins.Twins.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.Blas;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Done;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.TestGpu;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// [Blas] and [Dnn] of the tests' GPU against the definitions: cuBLAS and cuDNN themselves, what is
/// between them and us, or what stands in for them on the emulated device. Kernels of our own have
/// their tests in their rooms; here they show that both ways are open at once.
final class LibrariesTest {
  private static final int GUARD = 64;

  /// Sums of at most a few hundred terms in single precision; cuDNN may choose Winograd's way.
  private static final double TOLERANCE = 1e-5;

  private final Gpu gpu = TestGpu.withLibraries();
  private long seed;

  @ParameterizedTest
  @CsvSource({
    "false, false, 1, 1, 1, 1, 0",
    "false, false, 3, 5, 7, 1, 0",
    "true, false, 33, 17, 40, 1, 0",
    "false, true, 16, 64, 8, 3, 1",
    "true, true, 5, 9, 31, 2, 0.5",
    "false, false, 40, 24, 100, 1, -2",
    "false, true, 4, 6, 0, 2, 0",
    "true, false, 0, 6, 3, 2, 0",
  })
  void multiplies(boolean transA, boolean transB, int m, int n, int k, int batch, float beta) {
    // Rows apart by more than their length, matrices too, and B shared by the batch.
    int lda = (transA ? m : k) + 3;
    int ldb = (transB ? k : n) + 1;
    int ldc = n + 2;
    int strideA = lda * (transA ? k : m) + 5;
    int strideC = ldc * m + 7;
    F32 a = values(strideA * batch);
    F32 b = values(ldb * (transB ? n : k) + 1);
    F32 c = values(strideC * batch + 1);
    F32 expected = F32.of(c.array().clone());
    GemmShape shape =
        new GemmShape(transA, transB, m, n, k, lda, ldb, ldc, batch, strideA, 0, strideC, beta);
    GemmKernel.on(new Cpu(1), Buffer.allocate(DType.F64, 1)).multiply(shape, expected, a, b, null);
    for (int offset : new int[] {0, 3}) {
      try (Device on = new Device(offset)) {
        GpuF32 there = on.put(c);
        Done done = gemm(shape, there, on.put(a), on.put(b), null, null);
        assertEquals(Done.ALL, done);
        assertClose("product", expected, on.get(there), TOLERANCE);
        GpuF32 ours = on.put(c);
        GemmKernel.on(TestGpu.plain(), ours).multiply(shape, ours, on.put(a), on.put(b), null);
        assertClose("product without a library", expected, on.get(ours), TOLERANCE);
      }
    }
  }

  private Done gemm(
      GemmShape s, GpuF32 c, GpuF32 a, GpuF32 b, @Nullable GpuF32 bias, @Nullable GpuF32 residual) {
    Blas blas = gpu.blas();
    assertNotNull(blas);
    return blas.gemm(s, c, a, b, bias, residual, MatmulPrecision.HIGHEST);
  }

  /// With a bias, a residual, both; into what C holds too. A real library need not do all at once.
  @ParameterizedTest
  @CsvSource({
    "false, false, 3, 5, 7, 1, 0",
    "true, false, 33, 17, 40, 1, 0",
    "false, true, 16, 64, 8, 3, 0",
    "true, true, 5, 9, 31, 2, 0.5",
    "false, true, 16, 64, 8, 1, 1",
    "false, true, 4, 6, 0, 2, 0",
  })
  void multipliesAndAdds(
      boolean transA, boolean transB, int m, int n, int k, int batch, float beta) {
    int lda = (transA ? m : k) + 3;
    int ldb = (transB ? k : n) + 1;
    int ldc = n + 2;
    int strideA = lda * (transA ? k : m) + 5;
    int strideC = ldc * m + 7;
    F32 a = values(strideA * batch);
    F32 b = values(ldb * (transB ? n : k) + 1);
    F32 c = values(strideC * batch + 1);
    F32 residual = values(strideC * batch + 1);
    F32 bias = values(n);
    GemmShape shape =
        new GemmShape(transA, transB, m, n, k, lda, ldb, ldc, batch, strideA, 0, strideC, beta);
    GemmKernel definition = GemmKernel.on(new Cpu(1), Buffer.allocate(DType.F64, 1));
    for (int addends = 1; addends < 4; addends++) {
      boolean biased = (addends & 1) != 0;
      boolean added = (addends & 2) != 0;
      for (int offset : new int[] {0, 3}) {
        try (Device on = new Device(offset)) {
          GpuF32 there = on.put(c);
          Done done =
              gemm(
                  shape,
                  there,
                  on.put(a),
                  on.put(b),
                  biased ? on.put(bias) : null,
                  added ? on.put(residual) : null);
          if (!TestGpu.isReal()) {
            boolean atOnce = !TestGpu.isBehindStubs() || (k > 0 && !(added && beta != 0));
            assertEquals(atOnce ? Done.ALL : Done.WITHOUT_ADDENDS, done);
          }
          assertTrue(done != Done.NOTHING, "refused");
          boolean all = done == Done.ALL;
          F32 expected = F32.of(c.array().clone());
          definition.multiply(
              shape, expected, a, b, all && biased ? bias : null, all && added ? residual : null);
          assertClose("addends " + addends, expected, on.get(there), TOLERANCE);
        }
      }
    }
  }

  private F32 values(int length) {
    F32 sample = Samples.normal(++seed, length);
    float[] values = new float[length];
    System.arraycopy(sample.array(), sample.offset(), values, 0, length);
    return F32.of(values);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1",
    "2, 8, 9, 7, 16, 3, 3, 1, 1, 1, 1, 1",
    "1, 6, 10, 12, 4, 3, 3, 2, 2, 1, 1, 2",
    "2, 4, 5, 6, 8, 1, 1, 1, 1, 0, 0, 1",
    "1, 4, 8, 9, 4, 3, 2, 1, 3, 0, 2, 4",
    "1, 3, 14, 14, 5, 5, 5, 1, 1, 2, 2, 1",
  })
  void convolves(
      int n,
      int ci,
      int h,
      int w,
      int co,
      int kh,
      int kw,
      int strideH,
      int strideW,
      int padH,
      int padW,
      int groups) {
    Dnn.Sizes sizes = new Dnn.Sizes(n, ci, h, w, co, kh, kw, strideH, strideW, padH, padW, groups);
    Conv2dShape shape =
        new Conv2dShape(n, ci, h, w, co, kh, kw, strideH, strideW, padH, padW, padH, padW, groups);
    F32 x = values(n * h * w * ci);
    F32 weight = values(co * (ci / groups) * kh * kw);
    F32 dy = values(n * shape.ho() * shape.wo() * co);
    Conv2dKernel definition = Conv2dKernel.on(new Cpu(1), Buffer.allocate(DType.F64, 1));
    F32 y = F32.of(new float[dy.length()]);
    definition.forward(shape, y, x, weight, Conv2dAddends.NONE);
    F32 bias = values(co);
    F32 residual = values(dy.length());
    F32 biased = F32.of(new float[dy.length()]);
    definition.forward(shape, biased, x, weight, Conv2dAddends.bias(bias));
    F32 all = F32.of(new float[dy.length()]);
    definition.forward(shape, all, x, weight, new Conv2dAddends(bias, null, residual));
    F32 dx = F32.of(new float[x.length()]);
    definition.backwardData(shape, dx, dy, weight);
    F32 dweight = F32.of(new float[weight.length()]);
    definition.backwardWeight(shape, dweight, dy, x);
    Dnn dnn = gpu.dnn();
    assertNotNull(dnn);
    for (int offset : new int[] {0, 3}) {
      try (Device on = new Device(offset)) {
        GpuF32 image = on.put(x);
        GpuF32 weights = on.put(weight);
        GpuF32 gradient = on.put(dy);
        GpuF32 result = on.room(dy.length());
        assertEquals(Done.ALL, dnn.forward(sizes, result, image, weights, null, null, false));
        assertClose("y", y, on.get(result), TOLERANCE);
        result = on.room(dy.length());
        Done done = dnn.forward(sizes, result, image, weights, on.put(bias), null, false);
        assertDone(done);
        assertClose("y + bias", done == Done.ALL ? biased : y, on.get(result), TOLERANCE);
        result = on.room(dy.length());
        done = dnn.forward(sizes, result, image, weights, on.put(bias), on.put(residual), false);
        assertDone(done);
        assertClose("y + all", done == Done.ALL ? all : y, on.get(result), TOLERANCE);
        result = on.room(x.length());
        assertTrue(dnn.backwardData(sizes, result, gradient, weights, false));
        assertClose("dx", dx, on.get(result), TOLERANCE);
        result = on.room(weight.length());
        assertTrue(dnn.backwardWeight(sizes, result, gradient, image, false));
        assertClose("dweight", dweight, on.get(result), TOLERANCE);
      }
    }
  }

  /// In cuDNN's order, from the second call with the same weights on, for both directions; and
  /// never after the weights have changed.
  @Test
  void filtersAreKeptUntilTheyChange() {
    assumeTrue(TestGpu.isBehindStubs() || TestGpu.isReal());
    Dnn dnn = gpu.dnn();
    assertNotNull(dnn);
    Dnn.Sizes sizes = new Dnn.Sizes(1, 4, 5, 5, 6, 3, 3, 1, 1, 1, 1, 1);
    Conv2dShape shape = new Conv2dShape(1, 4, 5, 5, 6, 3, 3, 1, 1, 1, 1, 1, 1, 1);
    Conv2dKernel definition = Conv2dKernel.on(new Cpu(1), Buffer.allocate(DType.F64, 1));
    F32 x = values(5 * 5 * 4);
    F32 dy = values(5 * 5 * 6);
    long bytes = 1024; // 864, in a block of the pool
    try (Device on = new Device(0)) {
      GpuF32 weight = on.room(6 * 4 * 9);
      GpuF32 image = on.put(x);
      GpuF32 gradient = on.put(dy);
      GpuF32 y = on.room(dy.length());
      GpuF32 dx = on.room(x.length());
      long before = gpu.weightCopies().keptBytes();
      for (int version = 0; version < 2; version++) {
        F32 values = values(6 * 4 * 9);
        gpu.upload(weight, values);
        F32 expectedY = F32.of(new float[dy.length()]);
        definition.forward(shape, expectedY, x, values, Conv2dAddends.NONE);
        F32 expectedDx = F32.of(new float[x.length()]);
        definition.backwardData(shape, expectedDx, dy, values);
        for (int call = 0; call < 3; call++) {
          dnn.forward(sizes, y, image, weight, null, null, false);
          assertClose("y", expectedY, on.get(y), TOLERANCE);
          long kept = gpu.weightCopies().keptBytes() - before;
          assertEquals(call == 0 ? 0 : bytes, kept, "bytes kept");
        }
        dnn.backwardData(sizes, dx, gradient, weight, false);
        assertClose("dx", expectedDx, on.get(dx), TOLERANCE);
        assertEquals(bytes, gpu.weightCopies().keptBytes() - before, "one copy for both");
      }
    }
  }

  /// A real cuDNN adds on the way with one of its algorithms only.
  private static void assertDone(Done done) {
    if (TestGpu.isReal()) {
      assertTrue(done != Done.NOTHING, "refused");
    } else {
      assertEquals(Done.ALL, done);
    }
  }

  /// TF32 keeps ten bits of each factor, BF16 seven.
  @ParameterizedTest
  @EnumSource(MatmulPrecision.class)
  void precisionIsAChoice(MatmulPrecision precision) {
    int size = 64;
    F32 a = values(size * size);
    F32 b = values(size * size);
    F32 expected = F32.of(new float[size * size]);
    GemmKernel.on(new Cpu(1), Buffer.allocate(DType.F64, 1))
        .multiply(GemmShape.of(false, false, size, size, size), expected, a, b, null);
    try (Device on = new Device(0)) {
      GpuF32 c = on.room(size * size);
      Blas blas = gpu.blas();
      assertNotNull(blas);
      GemmShape shape = GemmShape.of(false, false, size, size, size);
      blas.gemm(shape, c, on.put(a), on.put(b), null, null, precision);
      double tolerance =
          switch (precision) {
            case HIGHEST -> TOLERANCE;
            case HIGH -> 1e-3;
            case MEDIUM -> 8e-3;
          };
      assertClose("product", expected, on.get(c), tolerance);
    }
  }

  /// Neither TF32 nor BF16 holds the first factor, both hold the second. A real GPU may round where
  /// that is allowed, and need not; the stubs and the processor do.
  @ParameterizedTest
  @EnumSource(MatmulPrecision.class)
  void factorsAreRoundedWhereThatIsAllowed(MatmulPrecision precision) {
    assumeTrue(precision == MatmulPrecision.HIGHEST || !TestGpu.isReal());
    Dnn.Sizes pixel = new Dnn.Sizes(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1);
    boolean rounds = precision != MatmulPrecision.HIGHEST;
    Blas blas = gpu.blas();
    Dnn dnn = gpu.dnn();
    assertNotNull(blas);
    assertNotNull(dnn);
    try (Device on = new Device(0)) {
      GpuF32 one = on.put(F32.of(1));
      for (float factor : new float[] {1 + 0x1p-20f, 0x1p-30f}) {
        float expected = factor > 1 && rounds ? 1 : factor;
        GpuF32 x = on.put(F32.of(factor));
        GpuF32 y = on.room(1);
        blas.gemm(GemmShape.of(false, false, 1, 1, 1), y, x, one, null, null, precision);
        assertEquals(expected, y.get(0), "product");
        dnn.forward(pixel, y, x, one, null, null, precision != MatmulPrecision.HIGHEST);
        assertEquals(expected, y.get(0), "y");
        dnn.backwardData(pixel, y, x, one, precision != MatmulPrecision.HIGHEST);
        assertEquals(expected, y.get(0), "dx");
        dnn.backwardWeight(pixel, y, x, one, precision != MatmulPrecision.HIGHEST);
        assertEquals(expected, y.get(0), "dweight");
      }
    }
  }

  /// To ten bits, halves away from zero; to seven, halves to even.
  @ParameterizedTest
  @CsvSource({
    "HIGH, 0x1.004p0, 0x1.004p0",
    "HIGH, 0x1.002p0, 0x1.004p0",
    "HIGH, -0x1.002p0, -0x1.004p0",
    "HIGH, 0x1.001ffep0, 1",
    "HIGH, 0x1.006p0, 0x1.008p0",
    "MEDIUM, 0x1.02p0, 0x1.02p0",
    "MEDIUM, 0x1.01p0, 1",
    "MEDIUM, 0x1.03p0, 0x1.04p0",
    "MEDIUM, -0x1.03p0, -0x1.04p0",
    "MEDIUM, 0x1.010002p0, 0x1.02p0",
    "MEDIUM, 0x1.004p-100, 0x1p-100",
  })
  void factorsAreRoundedToTheNearest(MatmulPrecision precision, float factor, float expected) {
    assumeTrue(!TestGpu.isReal());
    Blas blas = gpu.blas();
    Dnn dnn = gpu.dnn();
    assertNotNull(blas);
    assertNotNull(dnn);
    Dnn.Sizes pixel = new Dnn.Sizes(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1);
    try (Device on = new Device(0)) {
      GpuF32 x = on.put(F32.of(factor));
      GpuF32 one = on.put(F32.of(1));
      GpuF32 y = on.room(1);
      blas.gemm(GemmShape.of(false, false, 1, 1, 1), y, x, one, null, null, precision);
      assertEquals(expected, y.get(0), "left");
      blas.gemm(GemmShape.of(false, false, 1, 1, 1), y, one, x, null, null, precision);
      assertEquals(expected, y.get(0), "right");
      if (precision == MatmulPrecision.HIGH) {
        dnn.forward(pixel, y, x, one, null, null, true);
        assertEquals(expected, y.get(0), "image");
        dnn.forward(pixel, y, one, x, null, null, true);
        assertEquals(expected, y.get(0), "weight");
        dnn.backwardData(pixel, y, x, one, true);
        assertEquals(expected, y.get(0), "dy");
        dnn.backwardWeight(pixel, y, one, x, true);
        assertEquals(expected, y.get(0), "x");
      }
    }
  }

  /// Each call in a thread that has never seen the device.
  @Test
  void otherThreadsMayCall() {
    Dnn.Sizes pixel = new Dnn.Sizes(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1);
    MatmulPrecision precision = MatmulPrecision.HIGHEST;
    Blas blas = gpu.blas();
    Dnn dnn = gpu.dnn();
    assertNotNull(blas);
    assertNotNull(dnn);
    try (Device on = new Device(0)) {
      GpuF32 x = on.put(F32.of(3));
      GpuF32 y = on.room(1);
      for (int time = 0; time < 2; time++) { // the second finds the algorithm chosen
        DriverTest.inAnotherThread(
            false,
            () -> blas.gemm(GemmShape.of(false, false, 1, 1, 1), y, x, x, null, null, precision));
        DriverTest.inAnotherThread(false, () -> dnn.forward(pixel, y, x, x, null, null, false));
        DriverTest.inAnotherThread(false, () -> dnn.backwardData(pixel, y, x, x, false));
        DriverTest.inAnotherThread(false, () -> dnn.backwardWeight(pixel, y, x, x, false));
        assertEquals(9, y.get(0));
      }
    }
  }

  /// Values on the device, between guards, from a given element past a boundary on.
  private final class Device implements AutoCloseable {
    private static final float JUNK = 4711;

    private final int offset;
    private final List<GpuF32> blocks = new ArrayList<>();

    Device(int offset) {
      this.offset = offset;
    }

    GpuF32 room(int length) {
      GpuF32 block = gpu.allocate(length + 2 * GUARD);
      gpu.driver().fill(block.address(), Float.floatToIntBits(JUNK), block.length());
      blocks.add(block);
      return block.slice(GUARD + offset, length);
    }

    GpuF32 put(F32 values) {
      GpuF32 there = room(values.length());
      gpu.upload(there, values);
      return there;
    }

    F32 get(GpuF32 there) {
      F32 values = F32.of(new float[there.length()]);
      gpu.download(values, there);
      return values;
    }

    /// Checks the guards.
    @Override
    public void close() {
      for (GpuF32 block : blocks) {
        float[] all = get(block).array();
        for (int i = 0; i < GUARD; i++) {
          if (i < GUARD + offset) {
            assertEquals(JUNK, all[i], "before the values");
          }
          if (i >= offset) {
            assertEquals(JUNK, all[all.length - GUARD + i], "after the values");
          }
        }
        gpu.free(block);
      }
    }
  }
}
