package cadj.models.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.tensor.file.FileFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Betas of a file, and where they end. The named schedules are compared with recorded ones in
/// [RecordedRunsTest].
final class NoiseScheduleTest {
  private static final String THREE_BETAS =
      "{\"num_train_timesteps\": 3, \"trained_betas\": [0.5, 0.25, 0.125]}";

  private static NoiseSchedule schedule(String json) {
    return NoiseSchedule.of(Configs.json(json));
  }

  @Test
  void trainedBetas() {
    NoiseSchedule schedule = schedule(THREE_BETAS);
    assertArrayEquals(new float[] {0.5f, 0.25f, 0.125f}, schedule.betas());
    assertArrayEquals(new float[] {0.5f, 0.375f, 0.328125f}, schedule.alphasCumprod());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`\"num_train_timesteps\": 1`, `num_train_timesteps: expected 2 to 100000, found 1`",
        "`\"num_train_timesteps\": 100001`, `num_train_timesteps: expected 2 to 100000, found"
            + " 100001`",
        "`\"beta_start\": 0`, `beta_start: expected betas between 0 and 1, found 0.0 to 0.02`",
        "`\"beta_start\": 1`, `beta_start: expected betas between 0 and 1, found 1.0 to 0.02`",
        "`\"beta_end\": 0`, `beta_start: expected betas between 0 and 1, found 1.0E-4 to 0.0`",
        "`\"beta_end\": 1`, `beta_start: expected betas between 0 and 1, found 1.0E-4 to 1.0`",
        "`\"beta_schedule\": \"sigmoid\"`, `beta_schedule: expected linear, scaled_linear or"
            + " squaredcos_cap_v2, found sigmoid`",
        "`\"num_train_timesteps\": 3, \"trained_betas\": [0.5, 0.5]`, `trained_betas: expected 3"
            + " numbers, found 2`",
        "`\"num_train_timesteps\": 2, \"trained_betas\": [0.5, 1]`, `trained_betas: expected betas"
            + " between 0 and 1, found 1.0`",
        "`\"num_train_timesteps\": 2, \"trained_betas\": [0, 0.5]`, `trained_betas: expected betas"
            + " between 0 and 1, found 0.0`",
      })
  void refused(String keys, String message) {
    assertEquals(
        "scheduler_config.json: " + message,
        assertThrows(FileFormatException.class, () -> schedule("{%s}".formatted(keys)))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 100_000})
  void fewestAndMostTimeSteps(int count) {
    assertEquals(
        count, schedule("{\"num_train_timesteps\": %d}".formatted(count)).trainTimesteps());
  }

  @Test
  void timeStepsOutsideTheSchedule() {
    NoiseSchedule schedule = schedule(THREE_BETAS);
    for (int t : new int[] {-1, 3}) {
      assertEquals(
          "time step: expected 0 to 2, got " + t,
          assertThrows(IllegalArgumentException.class, () -> schedule.alphaCumprod(t))
              .getMessage());
    }
  }
}
