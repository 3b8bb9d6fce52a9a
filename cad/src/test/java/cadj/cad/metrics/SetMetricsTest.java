package cadj.cad.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SetMetricsTest {
  private static final double[][] A = {{0, 1}, {2, 3}, {4, 2}};

  /// One feature: (m₁ − m₂)² + (s₁ − s₂)².
  @Test
  void oneFeature() {
    double[][] a = {{0}, {2}};
    double[][] b = {{1}, {5}, {9}};
    double expected = 16 + Math.pow(Math.sqrt(2) - 4, 2);
    assertEquals(expected, Fid.of(a, b), 1e-12);
    assertEquals(expected, Fid.of(Moments.of(a), Moments.of(b)), 1e-12);
  }

  /// k = (xy + 1)³: within a 1 + within b mean of 6³, 10³, 46³; between: 1 and 3³, 11³, 19³.
  @Test
  void kidByHand() {
    double[][] a = {{0}, {2}};
    double[][] b = {{1}, {5}, {9}};
    double within = 1 + (216 + 1000 + 97336) / 3.0;
    double between = (3 + 27 + 1331 + 6859) / 6.0;
    assertEquals(within - 2 * between, Kid.unbiased(a, b), 1e-9);
  }

  @Test
  void refusals() {
    assertRefused(
        "fid: expected features of at least 2 pictures, got 1",
        () -> Fid.of(new double[][] {{1, 2}}, A));
    assertRefused(
        "kid: expected as many features on both sides, got 2 and 3",
        () -> Kid.unbiased(A, new double[2][3]));
    assertRefused(
        "fid: expected 2 features of picture 1, got 1",
        () -> Fid.of(A, new double[][] {{1, 2}, {3}}));
    assertRefused(
        "fid: expected finite features of picture 0, got NaN",
        () -> Fid.of(A, new double[][] {{1, Double.NaN}, {3, 4}}));
    assertRefused(
        "fid: expected as many features on both sides, got 2 and 3",
        () -> Fid.of(Moments.of(A), Moments.of(new double[2][3])));
    assertRefused(
        "moments: expected a covariance of 2 rows, got 1",
        () -> new Moments(new double[2], new double[1][2]));
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
