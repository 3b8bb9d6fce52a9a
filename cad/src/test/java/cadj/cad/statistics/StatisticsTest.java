package cadj.cad.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What needs no recorded values: small cases worked out by hand, edges and refusals.
class StatisticsTest {
  private static final double[] X = {1, 2, 3, 4};
  private static final double[] Y = {3, 5, 4, 8};

  @Test
  void fits() {
    // x̄ 2.5, ȳ 5; Σ cx·cy = 3 + 0 − 0.5 + 4.5 = 7, Σ cx² = 5
    assertEquals(new LinearFit(1.4, 1.5), LinearFit.withIntercept(X, Y));
    assertEquals(57.0 / 30, LinearFit.throughOrigin(X, Y).slope(), 1e-15);
    assertEquals(0, LinearFit.throughOrigin(X, Y).intercept());
  }

  @Test
  void agreement() {
    double[] predicted = {1, 2, -3, 4};
    double[] truth = {2, 1, 3, 9};
    Agreement agreement = Agreement.of(predicted, truth, Resamples.items(4, 200, 0));
    assertEquals(4, agreement.n());
    assertEquals(Pearson.of(predicted, truth).r(), agreement.pearson().value());
    assertEquals(0.2, agreement.spearman().value(), 1e-15);
    assertEquals(LinearFit.withIntercept(predicted, truth).slope(), agreement.slope().value());
    assertEquals(4.0 / 15, agreement.meanRatio().value(), 1e-15);
    assertEquals(new Proportion(3, 4), agreement.signsRight());
    assertTrue(agreement.pearson().interval().contains(agreement.pearson().value()));
  }

  @Test
  void quantiles() {
    assertEquals(2.5, Sample.median(4, 1, 3, 2));
    assertEquals(3, Sample.median(3));
    assertEquals(1.3, Sample.quantile(X, 0.1), 1e-15);
    assertEquals(4, Sample.quantile(X, 1));
    assertEquals(Math.sqrt(5.0 / 3), Sample.standardDeviation(X), 1e-15);
  }

  @Test
  void drawsOfRunsAreWholeRuns() {
    int[] runs = {7, 7, 7, 5, 5, 9};
    Set<String> seen = new HashSet<>();
    Resamples resamples = Resamples.clusters(runs, 300, 1);
    List<int[]> draws = resamples.draws().toList();
    for (int[] draw : draws) {
      int[] items = new int[10];
      Arrays.stream(draw).forEach(i -> items[runs[i]]++);
      assertEquals(0, items[7] % 3);
      assertEquals(0, items[5] % 2);
      assertEquals(3, items[7] / 3 + items[5] / 2 + items[9]);
      seen.add(Arrays.toString(draw));
    }
    assertEquals(300, draws.size());
    assertTrue(seen.size() > 100, "only " + seen.size() + " different draws");
    assertEquals(3, resamples.units());
    assertArrayEquals(new int[] {0, 1, 2, 5}, resamples.without(1));
  }

  @Test
  void drawsFollowFromTheSeed() {
    Resamples resamples = Resamples.items(5, 20, 3);
    assertEquals(text(resamples), text(resamples));
    assertEquals(text(resamples), text(Resamples.items(5, 20, 3)));
    assertNotEquals(text(resamples), text(Resamples.items(5, 20, 4)));
    Set<Integer> items = new HashSet<>();
    resamples.draws().forEach(draw -> Arrays.stream(draw).forEach(items::add));
    assertEquals(Set.of(0, 1, 2, 3, 4), items);
  }

  private static String text(Resamples resamples) {
    return Arrays.deepToString(resamples.draws().toArray(int[][]::new));
  }

  /// All ways to set four signs, and their drawn kin: the smallest p of four pairs is 2/16.
  @Test
  void signs() {
    assertEquals(2.0 / 16, SignFlips.p(new double[] {1, 2, 3, 4}, 0));
    // |sum| ≥ 8: all alike (10) or all but the 1 (8), either way round
    assertEquals(4.0 / 16, SignFlips.p(new double[] {-1, 2, 3, 4}, 0));
    assertEquals(1, SignFlips.p(new double[] {0, 0}, 0));
    // 0.1 + 0.2 and 0.3 are equal sums
    assertEquals(1, SignFlips.p(new double[] {0.1, 0.2, -0.3}, 0));
    double[] many = new double[SignFlips.EXACT + 2];
    Arrays.fill(many, 1);
    many[0] = -1;
    many[1] = -1;
    // of 2¹⁶ ways, those with at most two of either sign
    assertEquals(2 * (1 + 16 + 120) / 65536.0, SignFlips.p(many, 0), 0.001);
  }

  @Test
  void holm() {
    assertArrayEquals(
        new double[] {0.04, 0.04, 0.03, 0.5},
        Holm.adjusted(0.02, 0.013_333_333_333_333_334, 0.007_5, 0.5),
        1e-12);
    assertArrayEquals(new double[] {1, 1}, Holm.adjusted(0.6, 0.7), 1e-12);
    assertEquals(0, Holm.adjusted().length);
  }

  @Test
  void differences() {
    double[] x = {1, 2, 3, 4, 5, 6};
    double[] y = {2, 3, 5, 5, 6, 8};
    PairedDifference difference = PairedDifference.of(x, y, 0);
    assertEquals(8.0 / 6, difference.mean(), 1e-15);
    assertEquals(2.0 / 64, difference.p());
    assertTrue(difference.interval().low() >= 1 && difference.interval().high() <= 2);
    assertEquals(PairedDifference.of(x, y, 0), difference);
    PairedDifference back = PairedDifference.of(y, x, 0);
    assertEquals(-8.0 / 6, back.mean(), 1e-15);
    PairedDifference clustered = PairedDifference.of(x, y, new int[] {1, 1, 1, 2, 2, 2}, 0);
    assertEquals(6, clustered.pairs());
    assertEquals(2, clustered.units());
    assertEquals(0.5, clustered.p());
    assertEquals(1, PairedDifference.of(x, x, 0).p());
    assertEquals(new Interval(0, 0), PairedDifference.of(x, x, 0).interval());
    assertEquals(1, PairedDifference.of(x, y, new int[6], 0).units());
  }

  @Test
  void edges() {
    double[] constant = {2, 2, 2, 2};
    assertTrue(Double.isNaN(Pearson.of(X, constant).r()));
    assertTrue(Double.isNaN(Pearson.of(X, constant).p()));
    assertEquals(Interval.UNKNOWN, Pearson.of(X, constant).fisher(0.95));
    assertTrue(Double.isNaN(Kendall.tauB(X, constant)));
    assertEquals(1, Pearson.of(X, X).r());
    assertEquals(0, Pearson.of(X, X).p());
    assertEquals(new Interval(-1, 1), new Pearson(0.5, 3).fisher(0.95));
    assertEquals(Interval.UNKNOWN, new Proportion(0, 0).wilson(0.95));
    assertEquals(Interval.UNKNOWN, new Proportion(0, 0).exact(0.95));
    assertFalse(Interval.UNKNOWN.isKnown());
    assertFalse(Interval.UNKNOWN.contains(0));
    Bootstrap alike = Bootstrap.mean(Resamples.items(4, 50, 0), constant);
    assertEquals(new Interval(2, 2), alike.bca(0.95));
    assertEquals(0, alike.standardError());
    assertArrayEquals(new double[] {1.5, 1.5}, Ranks.of(-0.0, 0.0));
    Bootstrap none = Bootstrap.of(Resamples.items(4, 50, 0), draw -> Double.NaN);
    assertEquals(Interval.UNKNOWN, none.bca(0.95));
    assertEquals(Interval.UNKNOWN, none.percentile(0.95));
  }

  /// The estimate lies outside of all replicates: an interval still, towards it.
  @Test
  void estimateBeyondAllReplicates() {
    Bootstrap bootstrap = Bootstrap.mean(Resamples.given(4, new int[][] {{0, 0}, {0, 1}}), X);
    Interval interval = bootstrap.bca(0.95);
    assertTrue(interval.isKnown() && interval.low() >= 1 && interval.high() <= 1.5);
  }

  @Test
  void refusals() {
    assertRefused(
        "pearson: expected at least 2 pairs, got 4 and 3 numbers",
        () -> Pearson.of(X, new double[3]));
    assertRefused(
        "spearman: expected at least 2 pairs, got 1 and 1 numbers",
        () -> Spearman.of(new double[1], new double[1]));
    assertRefused(
        "kendall: expected finite numbers, got NaN at 1",
        () -> Kendall.tauB(new double[2], new double[] {0, Double.NaN}));
    assertRefused("mean: expected at least one number, got none", () -> Sample.mean(new double[0]));
    assertRefused(
        "interval: expected a level between 0 and 1, got 95.0",
        () -> new Proportion(1, 2).wilson(95));
    assertRefused(
        "proportion: expected 0 ≤ successes ≤ tries, got 3 of 2", () -> new Proportion(3, 2));
    assertRefused(
        "bootstrap: expected indices below 2, got 2",
        () -> Resamples.given(2, new int[][] {{0, 2}}));
    assertRefused(
        "bootstrap: expected items and draws, got 0 and 5",
        () -> Resamples.clusters(new int[0], 5, 0));
    assertRefused(
        "bootstrap: expected 3 numbers, got 4", () -> Bootstrap.mean(Resamples.items(3, 5, 0), X));
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
