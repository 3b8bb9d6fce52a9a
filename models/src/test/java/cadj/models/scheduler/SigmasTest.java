package cadj.models.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// σ between and beyond the training's time steps, by a schedule whose three are easily written
/// down: ᾱ = 0.5, 0.2, 0.02 gives σ = 1, 2, 7.
final class SigmasTest {
  private static final double TOLERANCE = 1e-5;

  private final Sigmas.Training training =
      Sigmas.Training.of(
          Configs.of("{\"num_train_timesteps\": 3, \"trained_betas\": [0.5, 0.6, 0.9]}"));

  @Test
  void sigmasBetweenTimeSteps() {
    assertEquals(1, training.smallest(), TOLERANCE);
    assertArrayEquals(
        new double[] {1, 1.25, 2, 4.5, 7}, training.at(0, 0.25, 1, 1.5, 2), TOLERANCE);
  }

  @Test
  void sigmasEvenInTheirLogarithm() {
    assertArrayEquals(new double[] {7, Math.sqrt(7), 1}, training.logLinear(3), TOLERANCE);
  }

  /// Half way in log σ lies the geometric mean.
  @Test
  void timeStepsOfSigmas() {
    assertArrayEquals(
        new double[] {0, 0.5, 1, 1.5, 2},
        training.timesteps(1, Math.sqrt(2), 2, Math.sqrt(2 * 7), 7),
        TOLERANCE);
  }

  @Test
  void sigmasBeyondTheScheduleAreItsEnds() {
    assertArrayEquals(new double[] {0, 2}, training.timesteps(0.5, 100));
  }
}
