package cadj.kernels.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.F32;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// What needs no recorded numbers; those are compared with PyTorch's in tensor's golden tests.
final class TorchCudaGeneratorTest {
  /// 512 of 2,048 in one wave; the fourth of each thread's numbers are then the last quarter.
  @Test
  void allDevicesAgreeUpToOneWave() {
    float[] small = draw(new TorchCudaGenerator(3, 2048), 2048);
    assertArrayEquals(small, draw(new TorchCudaGenerator(3, 4096), 2048));
    assertArrayEquals(small, draw(new TorchCudaGenerator(3), 2048));
    float[] beyond = draw(new TorchCudaGenerator(3, 1024), 2048);
    assertArrayEquals(Arrays.copyOf(small, 1024), Arrays.copyOf(beyond, 1024));
    assertEquals(false, Arrays.equals(small, beyond));
  }

  /// A shorter draw is the beginning of a longer one, in one wave.
  @Test
  void blocksAreWhole() {
    float[] all = draw(new TorchCudaGenerator(3), 256);
    assertArrayEquals(Arrays.copyOf(all, 3), draw(new TorchCudaGenerator(3), 3));
  }

  @Test
  void allBitsOfTheSeedCount() {
    assertEquals(
        false,
        Arrays.equals(
            draw(new TorchCudaGenerator(5), 8), draw(new TorchCudaGenerator(5 + (1L << 32)), 8)));
  }

  @Test
  void everyDrawMovesOn() {
    TorchCudaGenerator generator = new TorchCudaGenerator(5, 256);
    float[] first = draw(generator, 256);
    draw(generator, 0);
    float[] second = draw(generator, 256);
    assertEquals(false, Arrays.equals(first, second));
    float[] beyond = draw(new TorchCudaGenerator(5, 256), 4 * 256 + 256);
    assertArrayEquals(second, Arrays.copyOfRange(beyond, 4 * 256, 5 * 256));
  }

  @Test
  void normalsHaveMeanZeroAndVarianceOne() {
    float[] x = draw(new TorchCudaGenerator(4, 1024), 100_003);
    double mean = 0;
    double square = 0;
    for (float v : x) {
      mean += v / x.length;
      square += v * v / x.length;
    }
    assertEquals(0, mean, 0.02);
    assertEquals(1, square, 0.03);
  }

  @Test
  void writesOnlyItsWindow() {
    float[] x = new float[40];
    new TorchCudaGenerator(2).randn(new F32(x, 5, 20));
    for (int i = 0; i < x.length; i++) {
      assertEquals(i < 5 || i >= 25, x[i] == 0, "index " + i);
    }
  }

  @Test
  void threadsOfDevices() {
    assertEquals(221_184, TorchCudaGenerator.A100_THREADS);
    assertEquals(84 * 1536, TorchCudaGenerator.threads(84, 1536));
    assertEquals(2 * 1024, TorchCudaGenerator.threads(2, 1100));
    for (int threads : new int[] {0, 255, 257, -256}) {
      assertEquals(
          "threads of a GPU: expected a positive multiple of 256, got " + threads,
          assertThrows(IllegalArgumentException.class, () -> new TorchCudaGenerator(1, threads))
              .getMessage());
    }
  }

  private static float[] draw(TorchCudaGenerator generator, int n) {
    float[] out = new float[n];
    generator.randn(F32.of(out));
    return out;
  }
}
