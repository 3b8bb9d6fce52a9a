package cadj.kernels.cuda;

import cadj.kernels.device.Blas;
import cadj.kernels.device.DeviceOutOfMemoryException;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// This machine's NVIDIA GPU, with those of NVIDIA's libraries that are installed.
///
/// @param description such as `NVIDIA L4, sm_89, CUDA 12.6, cuBLAS 12.6, cuDNN 9.5`
/// @param libraries a line on each library: which, where from, through what, or what does without
/// @param advice what to install if one is missing that may be used, else null
public record CudaDevice(
    Gpu gpu, String description, List<String> libraries, @Nullable String advice) {
  /// The kernels' PTX is for Volta and later.
  private static final int LEAST_CAPABILITY = 70;

  /// @param nvidiaLibraries whether cuBLAS and cuDNN may be used where they are installed
  /// @throws UnusableException if there is no GPU that kernels run on
  public static CudaDevice open(boolean nvidiaLibraries, Precision precision)
      throws UnusableException {
    JCudaDriver driver = driver();
    List<String> found = new ArrayList<>();
    found.add(driver.name());
    found.add("sm_" + driver.capability());
    found.add("CUDA " + driver.cudaVersion());
    if (!nvidiaLibraries) {
      found.add("own kernels for products and convolutions (as asked for)");
      return new CudaDevice(
          new Gpu(driver, null, null, precision), String.join(", ", found), List.of(), null);
    }
    loadRedistributed(found);
    List<String> lines = new ArrayList<>();
    Blas blas = null;
    Dnn dnn = null;
    try {
      CuBlas library = new CuBlas(driver);
      found.add("cuBLAS " + library.version());
      lines.add("cuBLAS %s: %s".formatted(library.version(), library.origin()));
      blas = library;
    } catch (CudaException | DeviceOutOfMemoryException e) {
      found.add("own kernels for products (%s)".formatted(e.getMessage()));
      lines.add("no cuBLAS: " + e.getMessage());
    }
    try {
      CuDnn library = new CuDnn(driver);
      found.add("cuDNN " + library.version());
      lines.add("cuDNN %s: %s".formatted(library.version(), library.origin()));
      dnn = library;
    } catch (CudaException | DeviceOutOfMemoryException e) {
      found.add("own kernels for convolutions (%s)".formatted(e.getMessage()));
      lines.add("no cuDNN: " + e.getMessage());
    }
    return new CudaDevice(
        new Gpu(driver, blas, dnn, precision),
        String.join(", ", found),
        List.copyOf(lines),
        advice(blas, dnn));
  }

  /// What it costs is reckoned from what kernels and libraries reach of a card's peak elsewhere.
  private static @Nullable String advice(@Nullable Blas blas, @Nullable Dnn dnn) {
    if (blas != null && dnn != null) {
      return null;
    }
    String missing = blas != null ? "cuDNN" : dnn != null ? "cuBLAS" : "cuBLAS and cuDNN";
    return """
    Without %s own kernels compute %s: the same results but for rounding, in half as much time \
    again to three times as much (reckoned, not measured). Any CUDA 12 or 13 has cuBLAS; cuDNN 9 \
    is a download of its own; or, for Python: pip install nvidia-cublas nvidia-cudnn-cu13, with \
    CADJ_CUDA_PATH=.../site-packages, where NVIDIA's driver is 580 or later (else \
    nvidia-cublas-cu12 nvidia-cudnn-cu12).\
    """
        .formatted(
            missing,
            blas != null ? "convolutions" : dnn != null ? "products" : "products and convolutions");
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

  /// There is no GPU to be used, and why.
  public static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1;
    private final String advice;

    UnusableException(String reason, String advice) {
      super(reason);
      this.advice = advice;
    }

    /// What to install.
    public String advice() {
      return advice;
    }
  }
}
