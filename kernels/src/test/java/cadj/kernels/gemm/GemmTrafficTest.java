package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.check.LaunchCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the comments of `gemm.ptx` and `gemm_mma.ptx` claim of memory, counted.
class GemmTrafficTest {
  private static final int M = 256;
  private static final int N = 384;
  private static final int K = 64;
  private static final int SECTOR_FLOATS = 8;

  @ParameterizedTest
  @CsvSource({
    "HIGHEST, 128",
    "HIGHEST, 64",
    "HIGH, 128",
    "HIGH, 64",
    "MEDIUM, 128",
    "MEDIUM, 64",
  })
  void noBankConflictsAndNoSectorTwice(MatmulPrecision precision, int tile) {
    for (boolean transA : new boolean[] {false, true}) {
      for (boolean transB : new boolean[] {false, true}) {
        List<LaunchCounts> launches = new ArrayList<>();
        EmulatedDriver driver = new EmulatedDriver(new Cpu(2), EmulatedDriver.Checks.BOUNDS);
        driver.count(launches::add);
        try (Gpu gpu = new Gpu(driver, null, null, new Precision(precision, false))) {
          GpuF32 a = filled(gpu, M * K);
          GpuF32 b = filled(gpu, K * N);
          GpuF32 c = filled(gpu, M * N);
          GemmShape shape = GemmShape.of(transA, transB, M, N, K);
          new GemmCuda(gpu, s -> GemmTiling.whole(s, tile)).multiply(shape, c, a, b, null);
        }
        LaunchCounts counts = launches.getFirst();
        String name = counts.kernel().name() + " " + transA + " " + transB;
        assertEquals(0, Arrays.stream(counts.conflicts()).sum(), name + ": bank conflicts");
        long floats = (long) M * K * (N / tile) + (long) K * N * (M / tile) + (long) M * N;
        assertEquals(
            floats / SECTOR_FLOATS, Arrays.stream(counts.sectors()).sum(), name + ": sectors");
      }
    }
  }

  private static GpuF32 filled(Gpu gpu, int length) {
    GpuF32 buffer = gpu.allocate(length);
    gpu.fill(buffer, 1);
    return buffer;
  }
}
