package cadj.kernels.profiler;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Cpu;
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
    Example example = Examples.of(kernel);
    Agreement found = Agreement.of(example, example.sizes(""), card(), CPU);
    assertTrue(found.isGood(), found.toString());
  }

  /// The kernels of a card without tensor cores are compared with the same on the emulated device.
  @Test
  void anOlderCard() {
    Example example = Examples.of("attention_forward_tf32_40");
    Agreement found =
        Agreement.of(
            example,
            example.sizes(""),
            new ForwardingDriver(card()) {
              @Override
              public int capability() {
                return 70;
              }
            },
            CPU);
    assertTrue(found.isGood() && found.error() < 1e-6, found.toString());
  }

  /// One that leaves launches out does not.
  @Test
  void aWrongCard() {
    Example example = Examples.of("softmax_forward");
    Agreement found =
        Agreement.of(
            example,
            example.sizes(""),
            new ForwardingDriver(card()) {
              @Override
              public void launch(long function, LaunchShape shape, MemorySegment arguments) {}
            },
            CPU);
    assertFalse(found.isGood(), found.toString());
  }
}
