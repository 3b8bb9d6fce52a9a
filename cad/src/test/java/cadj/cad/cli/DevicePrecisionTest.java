package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import cadj.kernels.device.DType;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.device.Precision;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The device that a command gets computes as its options say.
final class DevicePrecisionTest {
  private static Precision precision(String... options) {
    Main main = new Main();
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "doctor";
    Main.commandLine(main).parseArgs(all);
    try (Gpu gpu = assertInstanceOf(Gpu.class, main.device().device())) {
      return gpu.precision();
    }
  }

  @Test
  void asPyTorchUnlessToldOtherwise() {
    assertEquals(Precision.DEFAULT, precision("--device", "emulated"));
  }

  @Test
  void eachOptionIsHeeded() {
    assertEquals(
        new Precision(MatmulPrecision.HIGHEST, false),
        precision("--device", "emulated", "--conv-tf32", "off"));
    assertEquals(
        new Precision(MatmulPrecision.MEDIUM, true),
        precision("--device", "emulated", "--matmul-precision", "medium"));
    assertEquals(
        new Precision(MatmulPrecision.HIGHEST, true, DType.BF16),
        precision("--device", "emulated", "--weights", "bf16"));
  }
}
