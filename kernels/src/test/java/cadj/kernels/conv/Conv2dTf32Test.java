package cadj.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.Precision;
import cadj.kernels.twins.TestGpu;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// On tensor cores, where the device has them.
@Execution(ExecutionMode.CONCURRENT)
class Conv2dTf32Test extends Conv2dContract {
  /// Each of two factors is off by 2⁻¹¹ at most, half of the last of 10 bits.
  static final double ROUNDING = 2 * 0x1p-11 + 0x1p-22;

  private final Gpu gpu = new Gpu(TestGpu.plain().driver(), null, null, Precision.DEFAULT);

  @BeforeEach
  void thereAreTensorCores() {
    assumeTrue(gpu.hasTensorCores(), "SKIPPED: no TF32 on this device");
  }

  @Override
  Conv2dKernel kernel() {
    return new Conv2dCuda(gpu);
  }

  @Override
  DType dtype() {
    return DType.F32;
  }

  @Override
  double factorRounding() {
    return ROUNDING;
  }

  static Stream<Conv2dShape> shapesAroundTiles() {
    return Conv2dCudaTest.shapesAroundTiles();
  }

  @ParameterizedTest
  @MethodSource("shapesAroundTiles")
  void everyTilingIsTheReference(Conv2dShape s) {
    ExpectedConvolution expected = new ExpectedConvolution(s, DType.F32, ROUNDING);
    for (int side : new int[] {64, 128}) {
      for (int slices : new int[] {1, 3}) {
        Conv2dKernel kernel =
            new Conv2dCuda(gpu, (m, n, terms, groups) -> ProductTiles.sliced(side, slices, terms));
        int misalignment = (side == 64) == (slices == 1) ? 0 : 1;
        expected.check(kernel, gpu, misalignment, side + " in " + slices);
      }
    }
  }

  /// Factors round to 10 bits, ties away from zero; what is not finite stays what it is.
  @Test
  void factorsAreRoundedToTf32() {
    Conv2dShape s = square(1, 1, 1, 1, 1, 1, 0, 1);
    float[][] cases = {
      {1 + 0x1p-11f, 1 + 0x1p-10f},
      {-1 - 0x1p-11f, -1 - 0x1p-10f},
      {1 + 0x1p-12f, 1},
      {1 + 0x1p-11f + 0x1p-20f, 1 + 0x1p-10f},
      {1 + 0x1p-10f, 1 + 0x1p-10f},
      {Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY},
      {Float.NaN, Float.NaN},
      {Float.intBitsToFloat(0x7fffffff), Float.NaN}
    };
    for (float[] it : cases) {
      Buffer y = Buffer.allocate(DType.F32, 1);
      kernel().forward(s, y, F32.of(it[0]), F32.of(1), Conv2dAddends.NONE);
      assertEquals(it[1], (float) y.get(0), "x " + it[0]);
      kernel().forward(s, y, F32.of(1), F32.of(it[0]), Conv2dAddends.NONE);
      assertEquals(it[1], (float) y.get(0), "weight " + it[0]);
      kernel().backwardData(s, y, F32.of(it[0]), F32.of(1));
      assertEquals(it[1], (float) y.get(0), "dy " + it[0]);
      kernel().backwardWeight(s, y, F32.of(it[0]), F32.of(1));
      assertEquals(it[1], (float) y.get(0), "dy for the weight " + it[0]);
    }
  }
}
