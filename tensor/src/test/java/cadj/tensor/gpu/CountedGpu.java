package cadj.tensor.gpu;

import cadj.kernels.device.Blas;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Done;
import cadj.kernels.device.GemmShape;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.emulator.DryDriver;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A GPU that computes nothing and counts what it is asked for, launches and calls of libraries,
/// which do all that they are asked for: networks of true size run on it in no time, and with no
/// memory.
public final class CountedGpu {
  private final DryDriver driver = new DryDriver(Long.MAX_VALUE);
  private final SortedMap<String, Integer> calls = new TreeMap<>();
  private final Gpu gpu;

  private CountedGpu(boolean libraries) {
    gpu =
        new Gpu(
            driver,
            libraries ? new CountedBlas() : null,
            libraries ? new CountedDnn() : null,
            Precision.DEFAULT);
  }

  public static CountedGpu withLibraries() {
    return new CountedGpu(true);
  }

  /// With the program's own kernels only.
  public static CountedGpu plain() {
    return new CountedGpu(false);
  }

  public Gpu gpu() {
    return gpu;
  }

  /// How often what was asked for since the last [#reset]: a kernel by its name, libraries by
  /// `library: ` and what they compute, and `copy` and `fill` of memory on the device.
  public SortedMap<String, Integer> counts() {
    SortedMap<String, Integer> all = new TreeMap<>(calls);
    all.putAll(driver.launches());
    return all;
  }

  /// How often the host has waited since the last [#reset].
  public int waits() {
    return driver.waits();
  }

  public void reset() {
    calls.clear();
    driver.reset();
  }

  private void count(String what) {
    calls.merge("library: " + what, 1, Integer::sum);
  }

  private final class CountedBlas implements Blas {
    @Override
    public Done gemm(
        GemmShape s,
        GpuF32 c,
        GpuF32 a,
        GpuF32 b,
        @Nullable GpuF32 bias,
        @Nullable GpuF32 residual,
        MatmulPrecision precision) {
      count("product");
      return Done.ALL;
    }
  }

  private final class CountedDnn implements Dnn {
    @Override
    public Done forward(
        Sizes sizes,
        GpuF32 y,
        GpuF32 x,
        GpuF32 weight,
        @Nullable GpuF32 bias,
        @Nullable GpuF32 residual,
        boolean tf32) {
      count("convolution");
      return Done.ALL;
    }

    @Override
    public boolean backwardData(Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32) {
      count("convolution, gradient of x");
      return true;
    }

    @Override
    public boolean backwardWeight(Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32) {
      count("convolution, gradient of weight");
      return true;
    }
  }
}
