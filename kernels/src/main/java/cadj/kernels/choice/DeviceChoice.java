package cadj.kernels.choice;

import cadj.kernels.cuda.CudaDevice;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Precision;
import cadj.kernels.emulator.EmulatedDriver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The device that a program computes on, chosen once, and why it is that one.
///
/// @param reason one line to show, such as `cuda: NVIDIA L4, sm_89, CUDA 12.6, cuBLAS 12.6, cuDNN
///   9.5` or `cpu: no NVIDIA driver (libcuda.so.1 not found)`
/// @param libraries a line on each of NVIDIA's libraries: which, where from, or why none
/// @param advice what to install for more speed, or null
public record DeviceChoice(
    Device device, String reason, List<String> libraries, @Nullable String advice) {
  private DeviceChoice(Device device, String reason) {
    this(device, reason, List.of(), null);
  }

  /// Devices that may be asked for by name.
  public enum Requested {
    CPU,
    CUDA,
    /// a GPU in Java that checks addresses, barriers and loops
    EMULATED,
    /// the same, which also checks for races and for reads of what nobody wrote
    EMULATED_CHECKED
  }

  /// @param requested what was asked for, or null: a GPU where there is one, else the processor
  /// @param nvidiaLibraries whether cuBLAS and cuDNN may be used where they are installed (on the
  ///   emulated device, whether the processor may stand in for them)
  /// @param cpu the processor, to compute or to emulate with
  /// @throws IllegalStateException if what was asked for cannot be used, with what to install
  public static DeviceChoice of(
      @Nullable Requested requested, boolean nvidiaLibraries, Precision precision, Cpu cpu) {
    return switch (requested) {
      case null -> {
        try {
          yield cuda(nvidiaLibraries, precision);
        } catch (CudaDevice.UnusableException e) {
          yield new DeviceChoice(cpu, "cpu: " + e.getMessage());
        }
      }
      case CPU -> new DeviceChoice(cpu, "cpu: as asked for, %d threads".formatted(cpu.threads()));
      case CUDA -> {
        try {
          yield cuda(nvidiaLibraries, precision);
        } catch (CudaDevice.UnusableException e) {
          throw new IllegalStateException("cuda: " + e.getMessage() + "; " + e.advice(), e);
        }
      }
      case EMULATED -> emulated(EmulatedDriver.Checks.BOUNDS, nvidiaLibraries, precision, cpu);
      case EMULATED_CHECKED -> emulated(EmulatedDriver.Checks.ALL, nvidiaLibraries, precision, cpu);
    };
  }

  private static DeviceChoice emulated(
      EmulatedDriver.Checks checks, boolean nvidiaLibraries, Precision precision, Cpu cpu) {
    EmulatedDriver driver = new EmulatedDriver(cpu, checks);
    String what =
        checks == EmulatedDriver.Checks.ALL
            ? "emulated: a GPU in Java that checks for races, "
            : "emulated: a GPU in Java, ";
    return nvidiaLibraries
        ? new DeviceChoice(
            new Gpu(driver, new HostBlas(cpu), new HostDnn(cpu), precision),
            what + "with the processor in the place of cuBLAS and cuDNN")
        : new DeviceChoice(
            new Gpu(driver, null, null, precision), what + "without cuBLAS and cuDNN");
  }

  private static DeviceChoice cuda(boolean nvidiaLibraries, Precision precision)
      throws CudaDevice.UnusableException {
    CudaDevice found = CudaDevice.open(nvidiaLibraries, precision);
    return new DeviceChoice(
        found.gpu(), "cuda: " + found.description(), found.libraries(), found.advice());
  }
}
