package cadj.kernels.twins;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.F64;
import java.util.function.DoubleSupplier;

/// Central differences in double precision.
public final class NumericalGradient {
  private static final double STEP = 1e-5;

  private NumericalGradient() {}

  /// Compares `gradient` with d loss / d input, element by element, to 1e-8 of max(1, |slope|).
  public static void assertGradient(String name, DoubleSupplier loss, F64 input, F64 gradient) {
    for (int i = 0; i < input.length(); i++) {
      double x = input.get(i);
      input.set(i, x + STEP);
      double above = loss.getAsDouble();
      input.set(i, x - STEP);
      double below = loss.getAsDouble();
      input.set(i, x);
      double slope = (above - below) / (2 * STEP);
      assertEquals(
          slope, gradient.get(i), 1e-8 * Math.max(1, Math.abs(slope)), name + ", element " + i);
    }
  }

  /// Σ a·b: a loss whose gradient with respect to b is a.
  public static double dot(F64 a, F64 b) {
    double sum = 0;
    for (int i = 0; i < a.length(); i++) {
      sum += a.get(i) * b.get(i);
    }
    return sum;
  }
}
