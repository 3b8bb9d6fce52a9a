package cadj.kernels.cuda;

import cadj.kernels.device.Blas;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Device;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.HostBlas;
import cadj.kernels.emulator.HostDnn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The device of a program, to be chosen once, and why it is that one.
///
/// @param reason one line to show, such as `cuda: NVIDIA L4, sm_89, CUDA 12.6, cuBLAS 12.6, cuDNN
///   9.5` or `cpu: no NVIDIA driver (libcuda.so.1 not found)`
public record DeviceChoice(Device device, String reason) {
  /// What may be asked for.
  public enum Wish {
    CPU,
    CUDA,
    EMULATED
  }

  /// The kernels' PTX is for Volta and later.
  private static final int LEAST_CAPABILITY = 70;

  /// @param wish what was asked for, or null: a GPU where there is one, else the processor
  /// @param nvidiaLibraries whether cuBLAS and cuDNN may be used where they are installed (on the
  ///   emulated device, whether the processor may stand in for them)
  /// @param cpu the processor, to compute or to emulate with
  /// @throws IllegalStateException if what was asked for cannot be used, with what to install
  public static DeviceChoice of(
      @Nullable Wish wish, boolean nvidiaLibraries, MatmulPrecision precision, Cpu cpu) {
    return switch (wish) {
      case null -> {
        try {
          yield cuda(nvidiaLibraries, precision);
        } catch (UnusableException e) {
          yield new DeviceChoice(cpu, "cpu: " + e.getMessage());
        }
      }
      case CPU -> new DeviceChoice(cpu, "cpu: as asked for, %d threads".formatted(cpu.threads()));
      case CUDA -> {
        try {
          yield cuda(nvidiaLibraries, precision);
        } catch (UnusableException e) {
          throw new IllegalStateException("cuda: " + e.getMessage() + "; " + e.advice, e);
        }
      }
      case EMULATED -> emulated(nvidiaLibraries, precision, cpu);
    };
  }

  private static DeviceChoice emulated(
      boolean nvidiaLibraries, MatmulPrecision precision, Cpu cpu) {
    EmulatedDriver driver = new EmulatedDriver(cpu, EmulatedDriver.Checks.BOUNDS);
    return nvidiaLibraries
        ? new DeviceChoice(
            new Gpu(driver, new HostBlas(cpu), new HostDnn(cpu), precision),
            "emulated: a GPU in Java, with the processor in the place of cuBLAS and cuDNN")
        : new DeviceChoice(
            new Gpu(driver, null, null, precision),
            "emulated: a GPU in Java, without cuBLAS and cuDNN");
  }

  private static DeviceChoice cuda(boolean nvidiaLibraries, MatmulPrecision precision)
      throws UnusableException {
    JCudaDriver driver = driver();
    List<String> found = new ArrayList<>();
    found.add(driver.name());
    found.add("sm_" + driver.capability());
    found.add("CUDA " + driver.cudaVersion());
    Blas blas = null;
    Dnn dnn = null;
    if (nvidiaLibraries) {
      loadRedistributed(found);
      try {
        CuBlas library = new CuBlas(driver);
        found.add("cuBLAS " + library.version());
        blas = library;
      } catch (CudaException | DeviceOutOfMemoryException e) {
        found.add("own kernels for products (%s)".formatted(e.getMessage()));
      }
      try {
        CuDnn library = new CuDnn(driver);
        found.add("cuDNN " + library.version());
        dnn = library;
      } catch (CudaException | DeviceOutOfMemoryException e) {
        found.add("own kernels for convolutions (%s)".formatted(e.getMessage()));
      }
    } else {
      found.add("own kernels for products and convolutions (as asked for)");
    }
    return new DeviceChoice(
        new Gpu(driver, blas, dnn, precision), "cuda: " + String.join(", ", found));
  }

  private static JCudaDriver driver() throws UnusableException {
    String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    if (!system.equals("Linux on amd64")) {
      throw new UnusableException(
          "JCuda is for Linux on amd64, this is " + system, "there is --device cpu");
    }
    String trouble = JCudaLibrary.DRIVER.trouble();
    if (trouble != null) {
      throw new UnusableException(
          "no NVIDIA driver (%s)".formatted(trouble),
          "install NVIDIA's driver, version 525 or later (it brings libcuda.so.1)");
    }
    JCudaDriver driver;
    try {
      driver = new JCudaDriver();
    } catch (CudaException | DeviceOutOfMemoryException e) {
      throw new UnusableException(
          "no usable NVIDIA GPU (%s)".formatted(e.getMessage()), "nvidia-smi should list one");
    }
    if (driver.capability() < LEAST_CAPABILITY) {
      String found = "%s is of sm_%d".formatted(driver.name(), driver.capability());
      driver.close();
      throw new UnusableException(
          "no usable NVIDIA GPU (%s, sm_%d is needed)".formatted(found, LEAST_CAPABILITY),
          "GPUs since Volta (2017) will do");
    }
    return driver;
  }

  private static void loadRedistributed(List<String> found) {
    try {
      if (RedistributedLibraries.onClassPath().load()) {
        found.add("libraries from the class path");
      }
    } catch (LinkageError e) {
      found.add("libraries from the class path unused (%s)".formatted(JCudaLibrary.inShort(e)));
    } catch (IOException e) {
      found.add("libraries from the class path unused (%s)".formatted(e));
    }
  }

  private static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1;
    private final String advice;

    UnusableException(String reason, String advice) {
      super(reason);
      this.advice = advice;
    }
  }
}
