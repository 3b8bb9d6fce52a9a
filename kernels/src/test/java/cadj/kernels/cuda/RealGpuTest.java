package cadj.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cadj.kernels.attention.AttentionKernel;
import cadj.kernels.attention.AttentionShape;
import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Driver;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.groupnorm.GroupNormKernel;
import cadj.kernels.groupnorm.GroupNormShape;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.TestGpu;
import cadj.kernels.unary.Unary;
import cadj.kernels.unary.UnaryKernel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What only a real GPU can show, besides the rooms' contract tests, which the profile `gpu` runs
/// there too: sizes beyond 2 GiB, the real compiler and its messages, bits that stay the same, and
/// times, for the [GpuReport].
@Tag("gpu")
final class RealGpuTest {
  private static final int RUNS = 11;

  private Driver driver;
  private Gpu plain;

  @BeforeAll
  static void describe() throws IOException {
    if (!TestGpu.isReal()) {
      return;
    }
    GpuReport.add(TestGpu.reason());
    Path driver = Path.of("/proc/driver/nvidia/version");
    if (Files.exists(driver)) {
      GpuReport.add(Files.readString(driver).strip());
    }
  }

  @BeforeEach
  void open() {
    assumeTrue(TestGpu.isReal(), "SKIPPED: needs an NVIDIA GPU and mvn -B verify -Pgpu");
    plain = TestGpu.plain();
    driver = plain.driver();
  }

  @Test
  void copiesBeyondTwoGibibytes() {
    long bytes = (1L << 31) + (5 << 20);
    long there = driver.allocate(bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(bytes);
      for (long i = 0; i < bytes / Long.BYTES; i += 999) {
        host.setAtIndex(ValueLayout.JAVA_LONG, i, ~i);
      }
      driver.copyIn(there, host);
      host.fill((byte) 1);
      driver.copyOut(host, there);
      for (long i = 0; i < bytes / Long.BYTES; i += 999) {
        assertEquals(~i, host.getAtIndex(ValueLayout.JAVA_LONG, i), "at " + i);
      }
    }
    driver.free(there);
  }

  @Test
  void runsOutOfMemoryInWords() {
    DeviceOutOfMemoryException e =
        assertThrows(DeviceOutOfMemoryException.class, () -> driver.allocate(1L << 42));
    assertTrue(e.getMessage().contains("CUDA_ERROR_OUT_OF_MEMORY"), e.getMessage());
    driver.free(driver.allocate(1 << 20));
  }

  @Test
  void largeSharedMemoryIsAskedForWhereALaunchNeedsIt() {
    GpuF32 x = plain.allocate(32);
    driver.fill(x.address(), 0, 32);
    for (int bytes : new int[] {0, 49 << 10, 64 << 10, 16}) {
      plain
          .launch(DriverTest.SCALE, "scale")
          .block(32)
          .shared(bytes)
          .out(x)
          .f32(1)
          .in(x)
          .i32(32)
          .run();
    }
    driver.synchronize();
    CudaException e =
        assertThrows(
            CudaException.class,
            () ->
                plain
                    .launch(DriverTest.SCALE, "scale")
                    .block(32)
                    .shared(1 << 20)
                    .out(x)
                    .f32(1)
                    .in(x)
                    .i32(32)
                    .run());
    assertTrue(e.getMessage().contains("scale.ptx, scale with grid (1,1,1)"), e.getMessage());
    plain.free(x);
  }

  /// The same bits each time, and near those of full precision.
  @ParameterizedTest
  @EnumSource(MatmulPrecision.class)
  void resultsAreTheSameEachTime(MatmulPrecision precision) {
    Gpu libraries = TestGpu.withLibraries();
    GpuF32 a = values(libraries, 512 * 512);
    GpuF32 b = values(libraries, 512 * 512);
    GpuF32 c = libraries.allocate(512 * 512);
    libraries.blas().gemm(GemmShape.of(false, true, 512, 512, 512), c, a, b, null, null, precision);
    float[] first = read(c);
    driver.fill(c.address(), -1, c.length());
    libraries.blas().gemm(GemmShape.of(false, true, 512, 512, 512), c, a, b, null, null, precision);
    assertArrayEquals(first, read(c));
  }

  private static float[] read(GpuF32 buffer) {
    float[] values = new float[buffer.length()];
    buffer.gpu().download(F32.of(values), buffer);
    return values;
  }

  private static GpuF32 values(Gpu gpu, int length) {
    GpuF32 there = gpu.allocate(length);
    F32 sample = Samples.normal(length, length);
    gpu.upload(there, sample);
    return there;
  }

  @Test
  void times() {
    GpuReport.add("times, medians of %d runs by events".formatted(RUNS));
    int length = 64 << 20;
    GpuF32 x = plain.allocate(length);
    GpuF32 y = plain.allocate(length);
    float[] host = new float[length];
    report("host to device", 4.0 * length, "GB/s", () -> plain.upload(x, F32.of(host)));
    report("device to host", 4.0 * length, "GB/s", () -> plain.download(F32.of(host), x));
    report(
        "device to device",
        8.0 * length,
        "GB/s",
        () -> driver.copy(y.address(), x.address(), 4L * length));
    report(
        "SiLU, 64 Mi elements",
        8.0 * length,
        "GB/s",
        () -> UnaryKernel.on(plain, x).forward(Unary.SILU, y, x));
    plain.free(x);
    plain.free(y);
    plain.pool().trim();
    groupNorm();
    attention();
    for (MatmulPrecision precision : MatmulPrecision.values()) {
      productsAndConvolutions(
          new Gpu(
              driver, null, null, new Precision(precision, precision != MatmulPrecision.HIGHEST)),
          "own kernels",
          "own kernels");
    }
  }

  @Test
  void timesOfLibraries() {
    Gpu libraries = TestGpu.withLibraries();
    for (MatmulPrecision precision : MatmulPrecision.values()) {
      productsAndConvolutions(
          new Gpu(
              driver,
              libraries.blas(),
              libraries.dnn(),
              new Precision(precision, precision != MatmulPrecision.HIGHEST)),
          "cuBLAS",
          "cuDNN");
    }
  }

  private void productsAndConvolutions(Gpu gpu, String multiplies, String convolves) {
    for (int size : new int[] {320, 1280, 4096}) {
      product(gpu, multiplies, size);
    }
    convolutions(gpu, convolves);
    gpu.pool().trim();
  }

  private void groupNorm() {
    GroupNormShape shape = new GroupNormShape(2, 64 * 64, 320, 32, 1e-5f, true);
    GpuF32 x = values(plain, 2 * 64 * 64 * 320);
    GpuF32 y = plain.allocate(x.length());
    GpuF32 weight = values(plain, 320);
    GpuF32 mean = plain.allocate(64);
    GpuF32 rstd = plain.allocate(64);
    report(
        "group normalisation and SiLU [2,64·64,320]",
        8.0 * x.length(),
        "GB/s",
        () -> GroupNormKernel.on(plain, x).forward(shape, y, mean, rstd, x, weight, weight));
    for (GpuF32 each : new GpuF32[] {x, y, weight, mean, rstd}) {
      plain.free(each);
    }
  }

  private void attention() {
    AttentionShape shape = new AttentionShape(2, 8, 4096, 4096, 40, 0.158f, false);
    GpuF32 q = values(plain, 2 * 4096 * 320);
    GpuF32 out = plain.allocate(q.length());
    GpuF32 lse = plain.allocate(2 * 8 * 4096);
    report(
        "attention, 2·8 heads of 40, 4096 by 4096 tokens",
        4.0 * 2 * 8 * 4096 * 4096 * 40,
        "GFLOP/s",
        () -> AttentionKernel.on(plain, q).forward(shape, out, lse, q, q, q));
    for (GpuF32 each : new GpuF32[] {q, out, lse}) {
      plain.free(each);
    }
  }

  private void product(Gpu gpu, String who, int size) {
    GpuF32 a = values(gpu, size * size);
    GpuF32 b = values(gpu, size * size);
    GpuF32 c = gpu.allocate(size * size);
    GemmShape shape = GemmShape.of(false, true, size, size, size);
    report(
        "product of %d, %s, %s".formatted(size, who, gpu.precision()),
        2.0 * size * size * size,
        "GFLOP/s",
        () -> GemmKernel.on(gpu, c).multiply(shape, c, a, b, null));
    for (GpuF32 each : new GpuF32[] {a, b, c}) {
      gpu.free(each);
    }
  }

  private void convolutions(Gpu gpu, String who) {
    for (int channels : new int[] {320, 1280}) {
      int side = 64 * 320 / channels;
      Conv2dShape shape =
          new Conv2dShape(2, channels, side, side, channels, 3, 3, 1, 1, 1, 1, 1, 1, 1);
      GpuF32 x = values(gpu, 2 * side * side * channels);
      GpuF32 y = gpu.allocate(x.length());
      GpuF32 weight = values(gpu, channels * channels * 9);
      GpuF32 dweight = gpu.allocate(weight.length());
      double operations = 2.0 * 2 * side * side * channels * channels * 9;
      String what =
          "%d channels of %d·%d, %s, %s".formatted(channels, side, side, who, gpu.precision());
      Conv2dKernel kernel = Conv2dKernel.on(gpu, x);
      report(
          "convolution of " + what,
          operations,
          "GFLOP/s",
          () -> kernel.forward(shape, y, x, weight, Conv2dAddends.NONE));
      report(
          "its gradient by the image",
          operations,
          "GFLOP/s",
          () -> kernel.backwardData(shape, x, y, weight));
      report(
          "its gradient by the weights",
          operations,
          "GFLOP/s",
          () -> kernel.backwardWeight(shape, dweight, y, x));
      for (GpuF32 each : new GpuF32[] {x, y, weight, dweight}) {
        gpu.free(each);
      }
    }
  }

  /// @param amount bytes or operations of one run
  private void report(String what, double amount, String unit, Runnable work) {
    work.run();
    GpuF32 busy = plain.allocate(64 << 20);
    double[] times = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      driver.fill(busy.address(), 0, busy.length()); // meanwhile the host asks for the rest
      long from = driver.mark();
      work.run();
      long to = driver.mark();
      times[i] = driver.milliseconds(from, to);
      driver.forget(from);
      driver.forget(to);
    }
    plain.free(busy);
    Arrays.sort(times);
    double median = times[RUNS / 2];
    GpuReport.add(
        "%10.4f ms %10.1f %-7s  %s".formatted(median, amount / median * 1e-6, unit, what));
  }
}
