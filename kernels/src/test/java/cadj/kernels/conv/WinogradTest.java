package cadj.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// One tile through its transforms is the convolution of that tile, lane by lane.
class WinogradTest {
  private static final int LANES = Winograd.LANES;

  static Stream<Winograd> sizes() {
    return Stream.of(new WinogradF2(), new WinogradF4());
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void aTileIsConvolved(Winograd winograd) {
    Random random = new Random(3);
    int size = winograd.outputs();
    float[] pixels = random(random, winograd.elements() * LANES);
    float[] weights = random(random, 9 * LANES);
    float[] y = convolve(winograd, pixels, weights);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        for (int lane = 0; lane < LANES; lane++) {
          double expected = 0;
          for (int tap = 0; tap < 9; tap++) {
            int pixel = (i + tap / 3) * winograd.span() + j + tap % 3;
            expected += (double) pixels[pixel * LANES + lane] * weights[tap * LANES + lane];
          }
          assertEquals(expected, y[(i * size + j) * LANES + lane], 2e-5, "output " + i + "," + j);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void theMiddleTapAloneCopies(Winograd winograd) {
    int size = winograd.outputs();
    float[] pixels = random(new Random(5), winograd.elements() * LANES);
    float[] weights = new float[9 * LANES];
    Arrays.fill(weights, 4 * LANES, 5 * LANES, 1f);
    float[] y = convolve(winograd, pixels, weights);
    for (int i = 0; i < size * size; i++) {
      int pixel = (i / size + 1) * winograd.span() + i % size + 1;
      assertEquals(pixels[pixel * LANES], y[i * LANES], 5e-6, "output " + i);
    }
  }

  /// ⟨Aᵀ u A, y⟩ = ⟨u, A y Aᵀ⟩
  @ParameterizedTest
  @MethodSource("sizes")
  void outputsHaveTheirAdjoint(Winograd winograd) {
    int size = winograd.outputs();
    assertAdjoint(
        winograd::outputTile, winograd.elements(), winograd::outputAdjointTile, size * size);
  }

  /// ⟨G g Gᵀ, u⟩ = ⟨g, Gᵀ u G⟩
  @ParameterizedTest
  @MethodSource("sizes")
  void weightsHaveTheirAdjoint(Winograd winograd) {
    assertAdjoint(
        (from, at, step, to, toAt, toStep, scratch) ->
            transformWeights(winograd, from, at, step, to, toAt, toStep),
        9,
        winograd::weightsAdjointTile,
        winograd.elements());
  }

  @FunctionalInterface
  private interface Transform {
    void run(float[] from, int at, int step, float[] to, int toAt, int toStep, float[] scratch);
  }

  /// For each lane, with steps between vectors and elements that must stay.
  private static void assertAdjoint(Transform forward, int ins, Transform adjoint, int outs) {
    Random random = new Random(11);
    int step = 2 * LANES;
    float[] x = random(random, ins * step);
    float[] y = random(random, outs * step);
    float[] fx = new float[outs * step];
    float[] ay = new float[ins * step];
    float[] scratch = new float[Winograd.SCRATCH];
    forward.run(x, LANES, step, fx, LANES, step, scratch);
    adjoint.run(y, LANES, step, ay, LANES, step, scratch);
    for (int lane = 0; lane < step; lane++) {
      double expected = 0;
      double got = 0;
      for (int i = 0; i < outs; i++) {
        expected += (double) fx[i * step + lane] * y[i * step + lane];
      }
      for (int i = 0; i < ins; i++) {
        got += (double) x[i * step + lane] * ay[i * step + lane];
      }
      assertEquals(expected, got, 2e-5, "lane " + lane);
      assertEquals(lane >= LANES, got != 0, "lane " + lane);
    }
  }

  private static float[] convolve(Winograd winograd, float[] pixels, float[] weights) {
    int size = winograd.outputs();
    float[] scratch = new float[Winograd.SCRATCH];
    float[] v = new float[winograd.elements() * LANES];
    float[] u = new float[winograd.elements() * LANES];
    float[] y = new float[size * size * LANES];
    winograd.inputTile(pixels, 0, LANES, v, 0, LANES, scratch);
    transformWeights(winograd, weights, 0, LANES, u, 0, LANES);
    for (int i = 0; i < v.length; i++) {
      v[i] *= u[i];
    }
    winograd.outputTile(v, 0, LANES, y, 0, LANES, scratch);
    return y;
  }

  private static void transformWeights(
      Winograd winograd, float[] from, int at, int step, float[] to, int toAt, int toStep) {
    winograd.weights(from, at, step, 0, to, toAt, toStep, 0, 1);
  }

  private static float[] random(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return values;
  }
}
