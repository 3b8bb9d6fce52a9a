package cadj.kernels.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cadj.kernels.cuda.CuBlas;
import cadj.kernels.cuda.CuDnn;
import cadj.kernels.cuda.StubLibraries;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.emulator.run.EmulatorException;
import cadj.kernels.twins.TestGpu;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is chosen, and what is said about it.
final class DeviceChoiceTest {
  private static final Cpu CPU = new Cpu(2);
  private static final Precision PRECISION = new Precision(MatmulPrecision.HIGH, true);

  private static DeviceChoice choose(
      DeviceChoice.@Nullable Requested requested, boolean nvidiaLibraries) {
    return DeviceChoice.of(requested, nvidiaLibraries, PRECISION, CPU);
  }

  @Test
  void theProcessorIfAskedFor() {
    DeviceChoice choice = choose(DeviceChoice.Requested.CPU, true);
    assertSame(CPU, choice.device());
    assertEquals("cpu: as asked for, 2 threads", choice.reason());
  }

  @Test
  void theEmulatorIfAskedFor() {
    DeviceChoice choice = choose(DeviceChoice.Requested.EMULATED, true);
    try (Gpu gpu = assertInstanceOf(Gpu.class, choice.device())) {
      assertNotNull(gpu.blas());
      assertNotNull(gpu.dnn());
      assertEquals(PRECISION, gpu.precision());
    }
    assertEquals(
        "emulated: a GPU in Java, with the processor in the place of cuBLAS and cuDNN",
        choice.reason());
    choice = choose(DeviceChoice.Requested.EMULATED, false);
    try (Gpu gpu = assertInstanceOf(Gpu.class, choice.device())) {
      assertNull(gpu.blas());
      assertNull(gpu.dnn());
    }
    assertEquals("emulated: a GPU in Java, without cuBLAS and cuDNN", choice.reason());
    choice = choose(DeviceChoice.Requested.EMULATED_CHECKED, false);
    try (Gpu gpu = assertInstanceOf(Gpu.class, choice.device())) {
      GpuF32 unwritten = gpu.allocate(1);
      assertThrows(EmulatorException.class, () -> unwritten.get(0));
    }
    assertEquals(
        "emulated: a GPU in Java that checks for races, without cuBLAS and cuDNN", choice.reason());
  }

  @Nested
  final class WithoutDriver {
    @SuppressWarnings("restricted")
    private static boolean hasDriver() {
      try (Arena arena = Arena.ofConfined()) {
        SymbolLookup.libraryLookup("libcuda.so.1", arena);
        return true;
      } catch (IllegalArgumentException notFound) {
        return false;
      }
    }

    private DeviceChoice choice() {
      assumeTrue(TestGpu.KIND.equals("emulated"));
      assumeTrue(!hasDriver(), "SKIPPED: here is a driver");
      return choose(null, true);
    }

    @Test
    void theProcessorIsTaken() {
      for (int i = 0; i < 2; i++) { // the second time, Java says less
        DeviceChoice choice = choice();
        assertSame(CPU, choice.device());
        assertEquals("cpu: no NVIDIA driver (libcuda.so.1 not found)", choice.reason());
      }
    }

    @Test
    void askingForCudaIsAnError() {
      choice();
      assertEquals(
          "cuda: no NVIDIA driver (libcuda.so.1 not found); install NVIDIA's driver, version 525 or"
              + " later (it brings libcuda.so.1)",
          assertThrows(IllegalStateException.class, () -> choose(DeviceChoice.Requested.CUDA, true))
              .getMessage());
    }
  }

  @Nested
  @Tag("stubs")
  final class WithStubs {
    private final StubLibraries stubs = TestGpu.stubs();

    private String reason(DeviceChoice.@Nullable Requested requested, boolean nvidiaLibraries) {
      DeviceChoice choice = choose(requested, nvidiaLibraries);
      if (choice.device() instanceof Gpu gpu) {
        gpu.close();
      }
      return choice.reason();
    }

    @Test
    void theGpuIsTaken() {
      DeviceChoice choice = choose(null, true);
      try (Gpu gpu = assertInstanceOf(Gpu.class, choice.device())) {
        assertInstanceOf(CuBlas.class, gpu.blas());
        assertInstanceOf(CuDnn.class, gpu.dnn());
        assertEquals(PRECISION, gpu.precision());
      }
      assertEquals("cuda: a stub, sm_80, CUDA 12.6, cuBLAS 12.6, cuDNN 9.5", choice.reason());
      assertEquals(2, choice.libraries().size());
      String blas = choice.libraries().getFirst();
      assertTrue(blas.matches("cuBLAS 12\\.6: /.*/libcublas\\.so\\.12, through JCuda"), blas);
      String dnn = choice.libraries().getLast();
      assertTrue(dnn.matches("cuDNN 9\\.5: /.*/libcudnn\\.so\\.9, through JCuda"), dnn);
      assertNull(choice.advice());
    }

    @Test
    void librariesMayBeLeftOut() {
      DeviceChoice choice = choose(DeviceChoice.Requested.CUDA, false);
      try (Gpu gpu = assertInstanceOf(Gpu.class, choice.device())) {
        assertNull(gpu.blas());
        assertNull(gpu.dnn());
      }
      assertEquals(
          "cuda: a stub, sm_80, CUDA 12.6, own kernels for products and convolutions (as asked"
              + " for)",
          choice.reason());
    }

    @Test
    void aLibraryThatDoesNotWorkIsDoneWithout() {
      stubs.refuse("cublasCreate", 7);
      assertEquals(
          "cuda: a stub, sm_80, CUDA 12.6, own kernels for products (cuBLAS, start:"
              + " CUBLAS_STATUS_INVALID_VALUE, an invalid value was given), cuDNN 9.5",
          reason(null, true));
      stubs.refuse("cudnnCreate", 3000);
      assertEquals(
          "cuda: a stub, sm_80, CUDA 12.6, cuBLAS 12.6, own kernels for convolutions (cuDNN, start:"
              + " CUDNN_STATUS_NOT_SUPPORTED (3000))",
          reason(null, true));
    }

    @Test
    void adviceSaysWhatIsMissing() {
      stubs.refuse("cudnnCreate", 3000);
      DeviceChoice choice = choose(null, true);
      if (choice.device() instanceof Gpu gpu) {
        gpu.close();
      }
      assertEquals(
          "no cuDNN: cuDNN, start: CUDNN_STATUS_NOT_SUPPORTED (3000)",
          choice.libraries().getLast());
      String advice = String.valueOf(choice.advice());
      assertTrue(
          advice.startsWith("Without cuDNN own kernels compute convolutions: the same"), advice);
      assertEquals(1, advice.lines().count());
    }

    @Test
    void withoutADeviceTheProcessorIsTaken() {
      stubs.refuse("cuInit", 100);
      assertEquals(
          "cpu: no usable NVIDIA GPU (start CUDA: CUDA_ERROR_NO_DEVICE, no CUDA-capable device is"
              + " detected)",
          reason(null, true));
      stubs.refuse("cuInit", 100);
      assertEquals(
          "cuda: no usable NVIDIA GPU (start CUDA: CUDA_ERROR_NO_DEVICE, no CUDA-capable device is"
              + " detected); nvidia-smi should list one",
          assertThrows(IllegalStateException.class, () -> choose(DeviceChoice.Requested.CUDA, true))
              .getMessage());
    }

    @Test
    void anOldDeviceIsNotTaken() {
      stubs.setCapability(61);
      try {
        assertEquals(
            "cpu: no usable NVIDIA GPU (a stub is of sm_61, sm_70 is needed)", reason(null, true));
      } finally {
        stubs.setCapability(80);
      }
    }
  }
}
