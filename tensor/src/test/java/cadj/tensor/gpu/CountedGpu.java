package cadj.tensor.gpu;

import static java.util.Objects.requireNonNull;

import cadj.kernels.device.Blas;
import cadj.kernels.device.Dnn;
import cadj.kernels.device.Driver;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.device.PtxSource;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A GPU that counts what it is asked for and does nothing of it: networks of true size run on it
/// in no time, and with no memory.
///
/// Launches are counted by their kernel, a library's calls by what they compute, copies and fills
/// by that; waits of the host as `wait`.
public final class CountedGpu {
  private final SortedMap<String, Integer> counts = new TreeMap<>();
  private final Gpu gpu;

  private CountedGpu(boolean libraries) {
    gpu =
        new Gpu(
            new Counter(),
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

  /// What was asked for since the last call.
  public SortedMap<String, Integer> take() {
    SortedMap<String, Integer> taken = new TreeMap<>(counts);
    counts.clear();
    return taken;
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  private final class Counter implements Driver {
    private static final long PAGE = 1 << 12;

    private final Map<Long, String> kernels = new TreeMap<>();
    private long next = PAGE;

    @Override
    public String name() {
      return "counted";
    }

    @Override
    public int capability() {
      return 90;
    }

    @Override
    public int multiprocessors() {
      return 132;
    }

    @Override
    public int sharedBytesPerBlock() {
      return 227 << 10;
    }

    @Override
    public long freeBytes() {
      return Long.MAX_VALUE;
    }

    @Override
    public long allocate(long bytes) {
      long address = next;
      next += Math.ceilDiv(bytes, PAGE) * PAGE;
      return address;
    }

    @Override
    public void free(long address) {}

    @Override
    public void copyIn(long to, MemorySegment from) {
      count("copy to device");
    }

    @Override
    public void copyOut(MemorySegment to, long from) {
      count("wait");
    }

    @Override
    public void copy(long to, long from, long bytes) {
      count("copy");
    }

    @Override
    public void fill(long to, int bits, long count) {
      count("fill");
    }

    @Override
    public long load(PtxSource source) {
      return next++;
    }

    @Override
    public long function(long module, String kernel) {
      kernels.put(next, kernel);
      return next++;
    }

    @Override
    public void launch(long function, LaunchShape shape, MemorySegment arguments) {
      count(requireNonNull(kernels.get(function)));
    }

    @Override
    public void synchronize() {
      count("wait");
    }

    @Override
    public long mark() {
      return 0;
    }

    @Override
    public double milliseconds(long from, long to) {
      return 0;
    }

    @Override
    public void forget(long mark) {}

    @Override
    public void close() {}
  }

  private final class CountedBlas implements Blas {
    @Override
    public void gemm(
        boolean transA,
        boolean transB,
        int m,
        int n,
        int k,
        GpuF32 a,
        int lda,
        long strideA,
        GpuF32 b,
        int ldb,
        long strideB,
        float beta,
        GpuF32 c,
        int ldc,
        long strideC,
        int batch,
        MatmulPrecision precision) {
      count("library: product");
    }
  }

  private final class CountedDnn implements Dnn {
    @Override
    public void forward(Sizes sizes, GpuF32 y, GpuF32 x, GpuF32 weight, boolean tf32) {
      count("library: convolution");
    }

    @Override
    public void backwardData(
Sizes sizes, GpuF32 dx, GpuF32 dy, GpuF32 weight, boolean tf32) {
      count("library: convolution, gradient of x");
    }

    @Override
    public void backwardWeight(
        Sizes sizes, GpuF32 dweight, GpuF32 dy, GpuF32 x, boolean tf32) {
      count("library: convolution, gradient of weight");
    }
  }
}
