package cadj.models.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.models.scheduler.Scheduler.Noise;
import cadj.tensor.Tensor;
import org.junit.jupiter.api.Test;

/// DDIM's last steps where nothing is added to time steps: one leads to time step 0, as noisy as
/// the schedule says, and only the one after it to no noise at all.
final class DdimBoundaryTest {
  private static final String CONFIG =
      """
      {"num_train_timesteps": 4, "beta_start": 0.1, "beta_end": 0.4, "steps_offset": 0,
       "set_alpha_to_one": true, "clip_sample": false}
      """;

  private final SchedulerConfig config = Configs.of(CONFIG);
  private final NoiseSchedule schedule = NoiseSchedule.of(config.json());
  private final DdimScheduler run = new DdimScheduler(config, 2);

  @Test
  void theLastButOneLeadsToTimeStepZero() {
    assertArrayEquals(new double[] {2, 0}, run.timesteps());
    assertEquals(0.9, schedule.alphaCumprod(0), 1e-6);
    assertEquals(0.9, alphaAfter(0), 1e-6);
  }

  @Test
  void theLastLeadsToOne() {
    assertEquals(1, alphaAfter(1), 1e-6);
  }

  /// ᾱ that a step leads to: with no noise predicted, it scales latents by √(ᾱ after / ᾱ before).
  private double alphaAfter(int index) {
    Tensor one = Tensor.of(new float[] {1}, 1, 1, 1, 1);
    double factor = run.step(index, Tensor.of(new float[] {0}, 1, 1, 1, 1), one, Noise.NONE).item();
    return factor * factor * schedule.alphaCumprod((int) run.timesteps()[index]);
  }
}
