package cadj.kernels.profiler;

import cadj.kernels.device.BorrowedDriver;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.Driver;
import cadj.kernels.device.ForwardingDriver;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.MatmulPrecision;
import cadj.kernels.emulator.EmulatedDriver;
import java.util.Arrays;
import java.util.List;

/// Whether a GPU gives for an [Example] what the emulated one gives, and twice the same.
///
/// @param error largest difference of an element, by the largest element of its buffer
/// @param allowed for such kernels: they sum in another order than the emulator where tensor cores
///   multiply, and approximate instructions err differently
/// @param sameBits whether a second run gave the same
public record Agreement(double error, double allowed, boolean sameBits) {
  /// Of sums of thousands of terms in single precision.
  private static final double SINGLE = 1e-5;

  /// The same where intermediate results are rounded, attention's weights, and may be to the
  /// neighbouring TF32 (BF16) number: 2⁻¹¹ (2⁻⁸) off.
  private static final double TF32 = 0x1p-10;

  private static final double BF16 = 0x1p-7;

  /// @param card the GPU's driver, which is not closed
  /// @param cpu that emulates
  public static Agreement of(Example example, int[] sizes, Driver card, Cpu cpu) {
    List<float[]> first = values(example, sizes, new BorrowedDriver(card));
    List<float[]> second = values(example, sizes, new BorrowedDriver(card));
    List<float[]> expected =
        values(
            example, sizes, new Like(card, new EmulatedDriver(cpu, EmulatedDriver.Checks.BOUNDS)));
    double error = 0;
    boolean same = true;
    for (int i = 0; i < expected.size(); i++) {
      error = Math.max(error, error(first.get(i), expected.get(i)));
      same &= Arrays.equals(first.get(i), second.get(i));
    }
    return new Agreement(error, allowed(example.precision().matmul()), same);
  }

  private static double allowed(MatmulPrecision precision) {
    return switch (precision) {
      case HIGHEST -> SINGLE;
      case HIGH -> TF32;
      case MEDIUM -> BF16;
    };
  }

  /// An emulated device that has no newer instructions than the card: the same kernels are chosen.
  private static final class Like extends ForwardingDriver {
    private final int capability;

    Like(Driver card, Driver emulated) {
      super(emulated);
      capability = Math.min(card.capability(), emulated.capability());
    }

    @Override
    public int capability() {
      return capability;
    }
  }

  public boolean isGood() {
    return sameBits && error <= allowed;
  }

  private static List<float[]> values(Example example, int[] sizes, Driver driver) {
    try (Gpu gpu = new Gpu(driver, null, null, example.precision());
        ExampleInputs inputs = new ExampleInputs(gpu)) {
      example.body().run(inputs, gpu, sizes);
      return inputs.values();
    }
  }

  private static double error(float[] found, float[] expected) {
    double largest = 0;
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      if (Float.isFinite(expected[i])) {
        largest = Math.max(largest, Math.abs(expected[i]));
      }
      if (Float.compare(found[i], expected[i]) != 0) {
        double off = Math.abs((double) found[i] - expected[i]);
        error = Math.max(error, off >= 0 ? off : Double.POSITIVE_INFINITY);
      }
    }
    return largest == 0 ? error : error / largest;
  }
}
