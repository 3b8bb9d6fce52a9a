package cadj.kernels.roofline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Cpu;
import org.junit.jupiter.api.Test;

/// What binds decides, and what is measured is what some machine could do.
class RooflineTest {
  private static final Roofline ROOFLINE = new Roofline(1e11, 3e10, 2e10);

  @Test
  void boundIsWhicheverTakesLonger() {
    assertEquals(1, ROOFLINE.bound(1e11, 1e9));
    assertEquals(2, ROOFLINE.bound(1e11, 4e10));
  }

  @Test
  void uncountedWorkHasNoBound() {
    assertEquals(Double.NaN, ROOFLINE.bound(0, 0));
  }

  @Test
  void probeFindsPlausibleSpeeds() {
    Roofline measured = RooflineProbe.measure(new Cpu(2));
    assertWithin("flop/s", measured.flops(), 1e8, 1e15);
    assertWithin("read", measured.read(), 1e8, 1e14);
    assertWithin("triad", measured.triad(), 1e8, 1e14);
  }

  private static void assertWithin(String what, double value, double low, double high) {
    assertTrue(value > low && value < high, () -> what + ": " + value);
  }
}
