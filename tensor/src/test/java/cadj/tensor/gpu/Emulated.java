package cadj.tensor.gpu;

import cadj.kernels.choice.HostBlas;
import cadj.kernels.choice.HostDnn;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Precision;
import cadj.kernels.emulator.EmulatedDriver;
import java.util.function.Supplier;

/// GPUs for tests, emulated.
public final class Emulated {
  private static final Cpu CPU = new Cpu(2);
  private static final Gpu CHECKED = new Gpu(new EmulatedDriver(CPU, EmulatedDriver.Checks.ALL));

  private Emulated() {}

  /// Runs `work` on a GPU with all checks, which uses the program's own kernels only.
  public static <T> T run(Supplier<T> work) {
    return on(CHECKED, work);
  }

  /// Runs `work` with `gpu` as the current device.
  public static <T> T on(Gpu gpu, Supplier<T> work) {
    return Device.with(gpu, work::get);
  }

  /// Runs `work` on a GPU with all checks and the program's own kernels, in that precision.
  public static <T> T run(Precision precision, Supplier<T> work) {
    try (Gpu gpu =
        new Gpu(new EmulatedDriver(CPU, EmulatedDriver.Checks.ALL), null, null, precision)) {
      return on(gpu, work);
    }
  }

  /// As `--device emulated --no-nvidia-libs` gives it.
  public static Gpu plain() {
    return new Gpu(new EmulatedDriver(CPU, EmulatedDriver.Checks.BOUNDS));
  }

  /// As `--device emulated` gives it.
  public static Gpu withLibraries() {
    return new Gpu(
        new EmulatedDriver(CPU, EmulatedDriver.Checks.BOUNDS),
        new HostBlas(CPU),
        new HostDnn(CPU),
        Precision.FULL);
  }
}
