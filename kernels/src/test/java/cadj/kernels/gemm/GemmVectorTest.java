package cadj.kernels.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.kernels.device.GemmShape;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GemmVectorTest extends GemmContract {
  private static final Cpu[] CPUS = {new Cpu(1), new Cpu(2), new Cpu(3)};

  @Override
  void multiply(
      GemmShape shape,
      Buffer c,
      Buffer a,
      Buffer b,
      @Nullable Buffer bias,
      @Nullable Buffer residual) {
    new GemmVector(CPUS[1]).multiply(shape, c, a, b, bias, residual);
  }

  @Override
  DType dtype() {
    return DType.F32;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1000, 700, 1",
    "3, 33, 77, 1",
    "77, 320, 768, 1",
    "300, 200, 650, 1",
    "1000, 40, 330, 1",
    "40, 1000, 330, 1",
    "64, 64, 64, 5",
    "130, 70, 400, 3"
  })
  void sameBitsForAnyNumberOfThreads(int m, int n, int k, int batch) {
    Random random = new Random(1);
    F32 a = random(m * k * batch, random);
    F32 b = random(k * n * batch, random);
    F32 before = random(m * n * batch, random);
    F32 bias = random(n, random);
    for (boolean transA : new boolean[] {false, true}) {
      for (boolean transB : new boolean[] {false, true}) {
        GemmShape shape = GemmShape.of(transA, transB, m, n, k).batched(batch).withBeta(0.5f);
        float[] one = product(CPUS[0], shape, before, a, b, bias);
        for (Cpu cpu : CPUS) {
          assertArrayEquals(
              one, product(cpu, shape, before, a, b, bias), cpu.threads() + " threads");
        }
      }
    }
  }

  private static float[] product(Cpu cpu, GemmShape shape, F32 before, F32 a, F32 b, F32 bias) {
    float[] c = before.array().clone();
    new GemmVector(cpu).multiply(shape, F32.of(c), a, b, bias, before);
    return c;
  }

  private static F32 random(int length, Random random) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return F32.of(values);
  }
}
