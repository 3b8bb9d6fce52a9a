package cadj.kernels.cuda;

import static cadj.kernels.twins.Twins.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.PtxSource;
import cadj.kernels.gemm.GemmKernel;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.TestGpu;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What happens when cuBLAS or cuDNN do not do what they are asked: the kernels here do it, and a
/// line in the log says so once; or they lack memory, and get what the pool keeps idle.
///
/// Each test has sizes of its own, as a library is not asked again for what it has refused.
@Tag("stubs")
final class RefusalsTest {
  private static final double TOLERANCE = 1e-5;
  private static final int ALLOC_FAILED = 3;
  private static final int DEVICE_ALLOCATION_FAILED = 4004;

  private static int sizes;

  private final StubLibraries stubs = TestGpu.stubs();
  private final Gpu gpu = TestGpu.withLibraries();
  private final Logger logger = Logger.getLogger("cadj.kernels.cuda");
  private final List<String> logged = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          logged.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  private void assertLogged(String... parts) {
    assertEquals(1, logged.size(), () -> "lines in the log: " + logged);
    for (String part : parts) {
      assertTrue(logged.getFirst().contains(part), () -> part + " not in " + logged);
    }
    logged.clear();
  }

  /// A convolution that no other test asks for.
  private static Conv2dShape newConvolution() {
    return new Conv2dShape(2, 4, 6 + sizes++, 5, 8, 3, 3, 1, 1, 1, 1, 1, 1, 1);
  }

  private static GemmShape newProduct() {
    return GemmShape.of(false, true, 8 + sizes++, 12, 20);
  }

  private GpuF32 put(F32 values) {
    GpuF32 there = gpu.allocate(values.length());
    gpu.upload(there, values);
    return there;
  }

  private static F32 values(int seed, int length) {
    F32 sample = Samples.normal(seed, length);
    float[] values = new float[length];
    System.arraycopy(sample.array(), sample.offset(), values, 0, length);
    return F32.of(values);
  }

  private F32 get(GpuF32 there) {
    F32 values = F32.of(new float[there.length()]);
    gpu.download(values, there);
    return values;
  }

  private enum Pass {
    FORWARD,
    BACKWARD_DATA,
    BACKWARD_WEIGHT
  }

  /// Compares one pass with its definition.
  private void check(Conv2dShape s, Pass pass) {
    F32 x = values(1, s.n() * s.h() * s.w() * s.ci());
    F32 weight = values(2, s.co() * s.ci() / s.groups() * s.kh() * s.kw());
    F32 y = values(3, s.n() * s.ho() * s.wo() * s.co());
    F32 bias = values(4, s.co());
    F32 residual = values(5, y.length());
    Conv2dKernel definition = Conv2dKernel.on(new Cpu(1), Buffer.allocate(DType.F64, 1));
    F32 expected =
        F32.of(
            new float
                [(switch (pass) {
                      case FORWARD -> y;
                      case BACKWARD_DATA -> x;
                      case BACKWARD_WEIGHT -> weight;
                    })
                    .length()]);
    GpuF32 out = gpu.allocate(expected.length());
    gpu.fill(out, Float.NaN);
    Conv2dKernel kernel = Conv2dKernel.on(gpu, out);
    switch (pass) {
      case FORWARD -> {
        definition.forward(s, expected, x, weight, new Conv2dAddends(bias, null, residual));
        kernel.forward(
            s, out, put(x), put(weight), new Conv2dAddends(put(bias), null, put(residual)));
      }
      case BACKWARD_DATA -> {
        definition.backwardData(s, expected, y, weight);
        kernel.backwardData(s, out, put(y), put(weight));
      }
      case BACKWARD_WEIGHT -> {
        definition.backwardWeight(s, expected, y, x);
        kernel.backwardWeight(s, out, put(y), put(x));
      }
    }
    assertClose(pass + " of " + s, expected, get(out), TOLERANCE);
  }

  private void check(GemmShape s, @Nullable F32 bias, @Nullable F32 residual) {
    F32 a = values(1, s.m() * s.k());
    F32 b = values(2, s.n() * s.k());
    F32 expected = F32.of(new float[s.m() * s.n()]);
    GemmKernel.on(new Cpu(1), Buffer.allocate(DType.F64, 1))
        .multiply(s, expected, a, b, bias, residual);
    GpuF32 out = gpu.allocate(expected.length());
    gpu.fill(out, Float.NaN);
    GemmKernel.on(gpu, out)
        .multiply(
            s,
            out,
            put(a),
            put(b),
            bias == null ? null : put(bias),
            residual == null ? null : put(residual));
    assertClose("product " + s, expected, get(out), TOLERANCE);
  }

  /// No algorithm, one that is not supported after all, one that fails.
  @ParameterizedTest
  @CsvSource({
    "cudnnGetConvolutionAlgorithm, 3000, CUDNN_STATUS_",
    "cudnnConvolution, 3000, CUDNN_STATUS_NOT_SUPPORTED (3000)",
    "cudnnConvolution, 5000, CUDNN_STATUS_ANOTHER (5000)",
  })
  void convolutionsThatCuDnnRefusesAreComputedAnyhow(String call, int status, String words) {
    for (Pass pass : Pass.values()) {
      Conv2dShape shape = newConvolution();
      if (pass == Pass.FORWARD && call.equals("cudnnConvolution")) {
        stubs.refuse("cudnnConvolutionBiasActivationForward", status);
        check(shape, pass);
        assertLogged("WARNING cuDNN", "addends are added afterwards", words);
      }
      stubs.refuse(call, status);
      check(shape, pass);
      assertLogged("WARNING cuDNN", pass + " of Sizes[n=2, ci=4", "own kernels compute it", words);
      assertNotAsked(call, () -> check(shape, pass));
      if (pass == Pass.FORWARD) {
        assertNotAsked("cudnnConvolutionBiasActivationForward", () -> check(shape, pass));
      }
      check(newConvolution(), pass); // others are not concerned
      assertEquals(List.of(), logged);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 15})
  void productsThatCuBlasRefusesAreComputedAnyhow(int status) {
    GemmShape shape = newProduct();
    stubs.refuse("cublasGemmStridedBatchedEx", status);
    check(shape, null, null);
    assertLogged("WARNING cuBLAS,", "own kernels compute it", "CUBLAS_STATUS_");
    assertNotAsked("cublasGemmStridedBatchedEx", () -> check(shape, null, null));
    check(newProduct(), null, null);
    assertEquals(List.of(), logged);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cublasLtMatmulAlgoGetHeuristic", "cublasLtMatmul"})
  void addendsThatCuBlasLtRefusesAreAddedAnyhow(String call) {
    for (int addends = 1; addends < 4; addends++) {
      GemmShape shape = newProduct();
      F32 bias = (addends & 1) == 0 ? null : values(3, shape.n());
      F32 residual = (addends & 2) == 0 ? null : values(4, shape.m() * shape.n());
      stubs.refuse(call, 15);
      check(shape, bias, residual);
      assertLogged("WARNING cuBLASLt", "addends are added afterwards", "NOT_SUPPORTED");
      assertNotAsked("cublasLtMatmul", () -> check(shape, bias, residual));
      GemmShape other = newProduct();
      check(other, bias, residual == null ? null : values(4, other.m() * other.n()));
      assertEquals(List.of(), logged);
    }
  }

  /// Who asks would be refused, and say so.
  private void assertNotAsked(String call, Runnable work) {
    stubs.refuse(call, 15);
    work.run();
    stubs.refuse(call, 0, 0);
    assertEquals(List.of(), logged);
  }

  /// The pool's idle memory, which the library lacked.
  @Test
  void aLibraryThatLacksMemoryGetsWhatIsIdle() {
    for (Pass pass : Pass.values()) {
      String call =
          pass == Pass.FORWARD ? "cudnnConvolutionBiasActivationForward" : "cudnnConvolution";
      assertIdleIsGivenUp(
          () -> {
            stubs.refuse(call, DEVICE_ALLOCATION_FAILED);
            check(newConvolution(), pass);
          });
    }
    assertIdleIsGivenUp(
        () -> {
          stubs.refuse("cublasGemmStridedBatchedEx", ALLOC_FAILED);
          check(newProduct(), null, null);
        });
    assertIdleIsGivenUp(
        () -> {
          stubs.refuse("cublasLtMatmul", ALLOC_FAILED);
          check(newProduct(), values(3, 12), null);
        });
  }

  /// A kernel whose registers spill needs memory at its first launch, a module when it is loaded.
  @Test
  void aKernelThatLacksMemoryGetsWhatIsIdle() {
    for (String call : List.of("cuModuleLoadDataEx", "cuLaunchKernel")) {
      PtxSource source = PtxSource.of(call + ".ptx", DriverTest.SCALE.text());
      assertIdleIsGivenUp(
          () -> {
            GpuF32 x = put(F32.of(1, 2, 3));
            GpuF32 y = gpu.allocate(3);
            stubs.refuse(call, 2);
            gpu.launch(source, "scale").block(32).out(y).f32(2).in(x).i32(3).run();
            assertEquals(6, y.get(2));
          });
    }
  }

  @Test
  void memoryThatLacksEvenThenIsToldOf() {
    GemmShape product = newProduct();
    stubs.refuse("cublasGemmStridedBatchedEx", ALLOC_FAILED, 2);
    DeviceOutOfMemoryException e =
        assertThrows(DeviceOutOfMemoryException.class, () -> check(product, null, null));
    assertTrue(e.getMessage().contains("CUBLAS_STATUS_ALLOC_FAILED"), e.getMessage());
    check(product, null, null);
    Conv2dShape convolution = newConvolution();
    stubs.refuse("cudnnConvolution", DEVICE_ALLOCATION_FAILED, 2);
    assertThrows(DeviceOutOfMemoryException.class, () -> check(convolution, Pass.BACKWARD_DATA));
    check(convolution, Pass.BACKWARD_DATA);
    assertEquals(List.of(), logged);
  }

  private void assertIdleIsGivenUp(Runnable work) {
    gpu.pool().trim();
    long before = stubs.memoryLeft();
    int large = 64 << 20;
    gpu.free(gpu.allocate(large / Float.BYTES));
    assertTrue(stubs.memoryLeft() <= before - large, "idle memory is kept");
    work.run();
    assertTrue(stubs.memoryLeft() > before - large, "idle memory is given up");
    assertEquals(List.of(), logged);
  }
}
