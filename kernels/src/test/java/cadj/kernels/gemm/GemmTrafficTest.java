package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.convert.HalfWeights;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
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

/// What the comments of `gemm.ptx`, `gemm_mma.ptx` and `gemm_async.ptx` claim of memory, counted.
class GemmTrafficTest {
  private static final int M = 128;
  private static final int N = 256;
  private static final int K = 32;
  private static final int SECTOR_BYTES = 32;

  @ParameterizedTest
  @CsvSource({
    "HIGHEST, 128, F32",
    "HIGHEST, 64, F32",
    "HIGHEST, 128, BF16",
    "HIGHEST, 64, F16",
    "HIGH, 128, F32",
    "HIGH, 64, F32",
    "HIGH, 128, F16",
    "HIGH, 64, BF16",
    "MEDIUM, 128, F32",
    "MEDIUM, 64, F32",
    "MEDIUM, 128, F16",
    "MEDIUM, 64, BF16",
  })
  void noBankConflictsAndNoSectorTwice(MatmulPrecision precision, int tile, DType stored) {
    for (boolean transA : new boolean[] {false, true}) {
      for (boolean transB : new boolean[] {false, true}) {
        List<LaunchCounts> launches = new ArrayList<>();
        EmulatedDriver driver = new EmulatedDriver(new Cpu(2), EmulatedDriver.Checks.BOUNDS);
        driver.count(launches::add);
        try (Gpu gpu = new Gpu(driver, null, null, new Precision(precision, false))) {
          GpuF32 a = filled(gpu, M * K);
          Buffer b =
              stored == DType.F32
                  ? filled(gpu, K * N)
                  : HalfWeights.upload(gpu, F32.of(new float[K * N]), stored);
          GpuF32 c = filled(gpu, M * N);
          GpuF32 residual = filled(gpu, M * N);
          GemmShape shape = GemmShape.of(transA, transB, M, N, K);
          new GemmCuda(gpu, s -> GemmTiling.whole(s, tile))
              .multiply(shape, c, a, b, null, residual);
        }
        LaunchCounts counts = launches.getLast();
        String name = counts.kernel().name() + " " + transA + " " + transB;
        assertEquals(0, Arrays.stream(counts.conflicts()).sum(), name + ": bank conflicts");
        boolean isWidened = launches.size() > 1;
        long bytesOfB = isWidened ? 4 : stored.bytes();
        // gemm.ptx reads a row's 8 halves in one round and the sector's other 8 in the next.
        long timesB = precision == MatmulPrecision.HIGHEST && stored != DType.F32 && transB ? 2 : 1;
        long bytes =
            4L * M * K * (N / tile)
                + bytesOfB * K * N * (M / tile) * timesB
                + 2 * 4L * M * N; // C and the residual
        assertEquals(
            bytes / SECTOR_BYTES, Arrays.stream(counts.sectors()).sum(), name + ": sectors");
      }
    }
  }

  private static GpuF32 filled(Gpu gpu, int length) {
    GpuF32 buffer = gpu.allocate(length);
    gpu.fill(buffer, 1);
    return buffer;
  }
}
