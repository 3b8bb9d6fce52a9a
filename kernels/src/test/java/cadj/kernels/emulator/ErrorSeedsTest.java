package cadj.kernels.emulator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Kernels agree with their references whatever errors, of those that hardware may make, the
/// emulated device makes.
@DisabledIfSystemProperty(
    named = "cadj.gpu",
    matches = "none",
    disabledReason = "the same whatever the processor's vectors")
final class ErrorSeedsTest {
  private static final long BUDGET = 20_000_000;

  @ParameterizedTest
  @EnumSource
  void kernelsAgreeWithAnyErrors(Trial trial) {
    Precision precision =
        trial == Trial.PRODUCT_OF_HALVES
            ? new Precision(MatmulPrecision.MEDIUM, false)
            : Precision.FULL;
    for (int seed = 0; seed < 4; seed++) {
      EmulatedDriver driver =
          new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL, BUDGET, seed);
      try (Gpu gpu = new Gpu(driver, null, null, precision)) {
        assertTrue(trial.agrees(gpu), trial + " with errors of seed " + seed);
      }
    }
  }
}
