package cadj.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Conv2dVectorTest extends Conv2dContract {
  private static final Cpu[] CPUS = {new Cpu(1), new Cpu(2), new Cpu(3)};

  @Override
  Conv2dKernel kernel() {
    return new Conv2dVector(CPUS[1]);
  }

  @Override
  DType dtype() {
    return DType.F32;
  }

  /// Every element of both derivatives within rounding of the reference: (terms + 1)·2⁻²⁴ of the
  /// sum of its terms' sizes, which the reference computes from the operands' sizes.
  @ParameterizedTest
  @MethodSource("shapes")
  void derivativesMatchTheReference(Conv2dShape s) {
    Random random = new Random(s.hashCode());
    Buffer x = random(sizeX(s), random);
    Buffer weight = random(sizeWeight(s), random);
    Buffer dy = random(sizeY(s), random);
    Conv2dKernel reference = new Conv2dReference();

    Buffer dx = Buffer.allocate(DType.F32, x.length());
    Buffer expected = Buffer.allocate(DType.F64, x.length());
    Buffer sizes = Buffer.allocate(DType.F64, x.length());
    kernel().backwardData(s, dx, dy, weight);
    reference.backwardData(s, expected, dy, weight);
    reference.backwardData(s, sizes, absolute(dy), absolute(weight));
    assertClose("dx", s.co() * s.kh() * s.kw(), 0, expected, sizes, dx);

    Buffer dweight = Buffer.allocate(DType.F32, weight.length());
    expected = Buffer.allocate(DType.F64, weight.length());
    sizes = Buffer.allocate(DType.F64, weight.length());
    kernel().backwardWeight(s, dweight, dy, x);
    reference.backwardWeight(s, expected, dy, x);
    reference.backwardWeight(s, sizes, absolute(dy), absolute(x));
    assertClose("dweight", s.n() * s.ho() * s.wo(), 0, expected, sizes, dweight);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void sameBitsForAnyNumberOfThreads(Conv2dShape s) {
    Random random = new Random(s.hashCode());
    F32 x = F32.of(random(sizeX(s), random));
    F32 weight = F32.of(random(sizeWeight(s), random));
    F32 dy = F32.of(random(sizeY(s), random));
    float[][] one = everything(CPUS[0], s, x, weight, dy);
    for (Cpu cpu : CPUS) {
      float[][] more = everything(cpu, s, x, weight, dy);
      for (int i = 0; i < one.length; i++) {
        assertArrayEquals(one[i], more[i], "result " + i + " of " + cpu.threads() + " threads");
      }
    }
  }

  private static float[][] everything(Cpu cpu, Conv2dShape s, F32 x, F32 weight, F32 dy) {
    Conv2dKernel kernel = new Conv2dVector(cpu);
    float[] y = new float[dy.length()];
    float[] dx = new float[x.length()];
    float[] dweight = new float[weight.length()];
    kernel.forward(s, F32.of(y), x, weight, Conv2dAddends.NONE);
    kernel.backwardData(s, F32.of(dx), dy, weight);
    kernel.backwardWeight(s, F32.of(dweight), dy, x);
    return new float[][] {y, dx, dweight};
  }
}
