package cadj.kernels.profiler;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Driver;
import cadj.kernels.device.ForwardingDriver;
import cadj.kernels.device.LaunchShape;
import cadj.kernels.emulator.EmulatedDriver;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A card that errs otherwise than the emulated device, within the manual's bounds, agrees with it.
@DisabledIfSystemProperty(
    named = "cadj.gpu",
    matches = "none",
    disabledReason = "the same whatever the processor's vectors")
final class AgreementTest {
  private static final Cpu CPU = new Cpu(2);

  private static EmulatedDriver card() {
    return new EmulatedDriver(CPU, EmulatedDriver.Checks.BOUNDS, 1L << 30, 7);
  }

  private static Agreement of(String kernel, Driver card) {
    Example example = Examples.of(kernel);
    return Agreement.of(example, example.sizes(""), card, CPU);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "softmax_forward",
        "unary_forward",
        "groupnorm_forward",
        "gemm_tf32_128",
        "conv2d_image_tf32_64",
        "attention_forward_f32_40",
        "attention_forward_tf32_40",
        "attention_forward_bf16_64",
        "attention_backward_keys_tf32_40",
      })
  void errorsOfHardwareAreAllowed(String kernel) {
    Agreement found = of(kernel, card());
    assertTrue(found.isGood(), found.toString());
  }

  /// The kernels of a card without tensor cores are compared with the same on the emulated device.
  @Test
  void anOlderCard() {
    Agreement found =
        of(
            "attention_forward_tf32_40",
            new ForwardingDriver(card()) {
              @Override
              public int capability() {
                return 70;
              }
            });
    assertTrue(found.isGood() && found.error() < 1e-6, found.toString());
  }

  /// One that leaves launches out does not.
  @Test
  void aWrongCard() {
    Agreement found =
        of(
            "softmax_forward",
            new ForwardingDriver(card()) {
              @Override
              public void launch(long function, LaunchShape shape, MemorySegment arguments) {}
            });
    assertFalse(found.isGood(), found.toString());
  }
}
