package cadj.tensor.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.IncompleteExecutionException;

/// The comparisons must be able to fail, and absence must not pass for success.
final class GoldenFixtureTest {
  private static final Tensor EXPECTED = Tensor.of(new float[] {1, -4, 0, 2, 0, 0}, 2, 3);

  @Test
  void closenessIsRelativeToTheLargest() {
    Tensor near = Tensor.of(new float[] {1, -4, 0.004f, 2, 0, 0}, 2, 3);
    Golden.assertClose("x", EXPECTED, near, 1.1e-3);
    assertEquals(
        "x [2,3] at [0,2]: expected 0.0, got 0.004000000189989805: error 0.00400, allowed 0.00360"
            + " (max |expected| 4.00)",
        failure(() -> Golden.assertClose("x", EXPECTED, near, 0.9e-3)));
  }

  @Test
  void normsCompareTheWhole() {
    Tensor twice = Tensor.of(new float[] {2, -8, 0, 4, 0, 0}, 2, 3);
    Golden.assertL2("x", EXPECTED, twice, 1.001);
    assertEquals(
        "x [2,3]: relative L2 error 1.00, allowed 0.999 (norm 4.58)",
        failure(() -> Golden.assertL2("x", EXPECTED, twice, 0.999)));
  }

  @Test
  void nanAndInfinityAreNeverClose() {
    for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Tensor broken = Tensor.of(new float[] {1, odd, 0, 2, 0, 0}, 2, 3);
      failure(() -> Golden.assertClose("x", EXPECTED, broken, 1e9));
      failure(() -> Golden.assertClose("x", broken, EXPECTED, 1e9));
      failure(() -> Golden.assertL2("x", EXPECTED, broken, 1e9));
      Golden.assertExact("x", broken, broken);
    }
  }

  @Test
  void shapesMustAgree() {
    failure(() -> Golden.assertClose("x", EXPECTED, EXPECTED.reshape(3, 2), 1));
    failure(() -> Golden.assertL2("x", EXPECTED, EXPECTED.reshape(6), 1));
  }

  @Test
  void absenceFailsInOurSetAndAbortsInAnother() {
    Class<? extends Throwable> expected =
        Golden.isOtherSet() ? IncompleteExecutionException.class : AssertionError.class;
    assertThrows(expected, () -> Golden.require("no/such.file"));
    assertThrows(expected, () -> Golden.glob("no/*.such"));
    assertEquals(List.of(), Golden.globOrNone("no/*.such"));
    assertTrue(Golden.find("no/such.file").isEmpty());
  }

  @Test
  void namesAreRelativeToTheSet() {
    for (Path file : Golden.globOrNone("**")) {
      assertEquals(file, Golden.require(Golden.name(file)));
    }
  }

  private static String failure(Runnable comparison) {
    return String.valueOf(assertThrows(AssertionFailedError.class, comparison::run).getMessage());
  }
}
