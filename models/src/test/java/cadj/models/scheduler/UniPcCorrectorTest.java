package cadj.models.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cadj.models.scheduler.Scheduler.Kind;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `disable_corrector`. UniPC's predictor alone is, up to order 2, DPM-Solver++.
final class UniPcCorrectorTest {
  private static final int STEPS = 6;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void withoutAnyItIsDpmSolver(int order) {
    String json = "{\"solver_order\": %d, \"disable_corrector\": [0, 1, 2, 3, 4]}".formatted(order);
    float[][] expected = run(Kind.DPMPP_2M, json);
    float[][] actual = run(Kind.UNIPC, json);
    for (int i = 0; i < STEPS; i++) {
      assertArrayEquals(expected[i], actual[i], 2e-6f, "step " + i);
    }
  }

  /// The step after it begins from what was not corrected, and no step before it is another.
  @Test
  void afterOneStep() {
    float[][] all = run(Kind.UNIPC, "{}");
    float[][] one = run(Kind.UNIPC, "{\"disable_corrector\": [2]}");
    for (int i = 0; i < STEPS; i++) {
      if (i < 3) {
        assertArrayEquals(all[i], one[i], "step " + i);
      } else if (i < STEPS - 1) {
        assertFalse(Arrays.equals(all[i], one[i]), "step " + i);
      }
    }
  }

  /// Latents after each step, of outputs that do not depend on them.
  private static float[][] run(Kind kind, String json) {
    Scheduler run = kind.start(Configs.of(json), STEPS);
    Tensor x = Tensor.of(new float[] {0.5f, -1, 2}, 1, 1, 1, 3);
    float[][] out = new float[STEPS][];
    for (int i = 0; i < STEPS; i++) {
      Tensor output =
          Tensor.of(
              new float[] {(float) Math.sin(i), (float) Math.cos(2 * i), 0.1f * i}, 1, 1, 1, 3);
      x = run.step(i, output, x, Noise.NONE);
      out[i] = x.toFloats();
    }
    return out;
  }
}
