package cadj.kernels.twins;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cadj.kernels.choice.DeviceChoice;
import cadj.kernels.choice.HostBlas;
import cadj.kernels.choice.HostDnn;
import cadj.kernels.cuda.JCudaDriver;
import cadj.kernels.cuda.StubLibraries;
import cadj.kernels.device.Blas;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Driver;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Precision;
import cadj.kernels.emulator.EmulatedDriver;
import org.jspecify.annotations.Nullable;

/// The GPU that tests run kernels on: `-Dcadj.gpu=emulated` (or nothing) is the emulator with all
/// its checks, `stubs` is the same behind JCuda and the stub libraries (`-Dcadj.stubs=CUDA_13`:
/// cuBLAS and cuDNN called without JCuda), `cuda` is a real one; with `none` tests leave it out.
public final class TestGpu {
  public static final String KIND = System.getProperty("cadj.gpu", "emulated");

  private static final long STUB_MEMORY = 1L << 30;
  private static final StubLibraries.Version STUBS_OF =
      StubLibraries.Version.valueOf(System.getProperty("cadj.stubs", "CUDA_12"));

  /// One for each thread, as tests may run beside others.
  private static final ThreadLocal<TestGpu> EMULATED = ThreadLocal.withInitial(TestGpu::open);

  private static @Nullable TestGpu opened;
  private static @Nullable StubLibraries stubs;
  private static String reason = KIND;

  private final Gpu plain;
  private final Gpu withLibraries;

  private TestGpu(Driver driver, @Nullable Blas blas, @Nullable Dnn dnn) {
    plain = new Gpu(driver);
    withLibraries = new Gpu(driver, blas, dnn, Precision.FULL);
  }

  public static boolean isLeftOut() {
    return KIND.equals("none");
  }

  public static boolean isReal() {
    return KIND.equals("cuda");
  }

  public static boolean isBehindStubs() {
    return KIND.equals("stubs");
  }

  private static TestGpu opened() {
    assumeFalse(isLeftOut(), "SKIPPED: -Dcadj.gpu=none");
    return KIND.equals("emulated") ? EMULATED.get() : openedOnce();
  }

  private static synchronized TestGpu openedOnce() {
    if (opened == null) {
      opened = open();
    }
    return opened;
  }

  private static TestGpu open() {
    Cpu cpu = new Cpu(2);
    return switch (KIND) {
      case "emulated" -> new TestGpu(emulator(), new HostBlas(cpu), new HostDnn(cpu));
      case "stubs" -> {
        StubLibraries libraries = stubs();
        JCudaDriver driver = new JCudaDriver();
        yield new TestGpu(driver, libraries.blas(driver), libraries.dnn(driver));
      }
      case "cuda" -> chosen();
      default ->
          throw new IllegalStateException(
              "-Dcadj.gpu: expected emulated, stubs, cuda or none, got " + KIND);
    };
  }

  /// With the libraries that there are, be it in a jar, as for the program itself.
  private static TestGpu chosen() {
    DeviceChoice choice =
        DeviceChoice.of(DeviceChoice.Requested.CUDA, true, Precision.FULL, new Cpu(1));
    reason = choice.reason();
    Gpu gpu = (Gpu) choice.device();
    return new TestGpu(gpu.driver(), gpu.blas(), gpu.dnn());
  }

  /// Without libraries: kernels of cadj's own do everything.
  public static Gpu plain() {
    return opened().plain;
  }

  /// The same device with cuBLAS and cuDNN, or what stands in for them. A real one may have none:
  /// then the test is skipped.
  public static Gpu withLibraries() {
    Gpu gpu = opened().withLibraries;
    assumeTrue(gpu.blas() != null && gpu.dnn() != null, () -> "SKIPPED: " + reason);
    return gpu;
  }

  /// What the device is, and which libraries it has.
  public static String reason() {
    opened();
    return reason;
  }

  private static Driver emulator() {
    return new EmulatedDriver(new Cpu(2), EmulatedDriver.Checks.ALL);
  }

  /// The stub libraries, over an emulator; without a C compiler the test is skipped.
  public static synchronized StubLibraries stubs() {
    if (stubs == null) {
      stubs = StubLibraries.load(emulator(), STUB_MEMORY, STUBS_OF);
    }
    return stubs;
  }
}
