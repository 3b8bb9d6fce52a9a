package cadj.cad.statistics;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/// Intervals hold what they promise: over simulated experiments whose truth is known, 95 % ones
/// cover it in 85 to 100 % of the cases. The seeds are fixed.
class CoverageTest {
  private static final int EXPERIMENTS = 200;
  private static final int DRAWS = 400;
  private static final int RUNS = 12;
  private static final int PICTURES = 6;

  /// Of each run's own share, from 0.4 to 1, the mean is 0.7.
  @Test
  void shareOverRunsAndPictures() {
    assertCovers("clusters", 0.7, seed -> overRuns(seed).bca(0.95));
    assertCovers("clusters, percentile", 0.7, seed -> overRuns(seed).percentile(0.95));
  }

  /// Pictures of one run resemble each other: taking them for independent promises too much.
  @Test
  void picturesAloneAreTooSure() {
    double[] share = {0};
    double covered =
        covered(
            0.5,
            seed -> {
              Random random = new Random(seed);
              double[] pictures = new double[RUNS * PICTURES];
              for (int run = 0; run < RUNS; run++) {
                share[0] = random.nextBoolean() ? 0.95 : 0.05;
                draw(random, pictures, run, share[0]);
              }
              return Bootstrap.mean(Resamples.items(pictures.length, DRAWS, seed), pictures)
                  .bca(0.95);
            });
    assertTrue(covered < 0.85, "covered " + covered);
  }

  @Test
  void correlation() {
    double rho = 0.8;
    assertCovers("fisher", rho, seed -> Pearson.of(pairs(seed, 0), pairs(seed, 1)).fisher(0.95));
    assertCovers(
        "BCa",
        rho,
        seed -> {
          double[] x = pairs(seed, 0);
          double[] y = pairs(seed, 1);
          return Agreement.of(x, y, Resamples.items(x.length, DRAWS, seed)).pearson().interval();
        });
  }

  @Test
  void shareOfIndependentTries() {
    LongFunction<Proportion> experiment =
        seed -> {
          Random random = new Random(seed);
          return new Proportion((int) random.doubles(20).filter(drawn -> drawn < 0.1).count(), 20);
        };
    assertCovers("wilson", 0.1, seed -> experiment.apply(seed).wilson(0.95));
    assertCovers("exact", 0.1, seed -> experiment.apply(seed).exact(0.95));
  }

  /// The difference's interval covers it, and where there is none, p is below 0.05 in about 5 %.
  @Test
  void pairedDifference() {
    assertCovers("difference", 0.5, seed -> difference(seed, 0.5).interval());
    int found = 0;
    for (int seed = 0; seed < EXPERIMENTS; seed++) {
      found += difference(seed, 0).p() < 0.05 ? 1 : 0;
    }
    double rate = (double) found / EXPERIMENTS;
    assertTrue(rate > 0.01 && rate < 0.09, "found in " + rate);
  }

  private static PairedDifference difference(long seed, double truth) {
    Random random = new Random(seed);
    int concepts = 12;
    int[] concept = new int[3 * concepts];
    double[] x = new double[concept.length];
    double[] y = new double[concept.length];
    for (int i = 0; i < concept.length; i++) {
      concept[i] = i / 3;
    }
    for (int c = 0; c < concepts; c++) {
      double level = 10 * random.nextGaussian();
      double shared = random.nextGaussian();
      for (int i = 3 * c; i < 3 * c + 3; i++) {
        x[i] = level;
        y[i] = level + truth + shared + 0.5 * random.nextGaussian();
      }
    }
    return PairedDifference.of(x, y, concept, seed);
  }

  private static Bootstrap overRuns(long seed) {
    Random random = new Random(seed);
    double[] pictures = new double[RUNS * PICTURES];
    int[] runs = new int[pictures.length];
    for (int run = 0; run < RUNS; run++) {
      draw(random, pictures, run, 0.4 + 0.6 * random.nextDouble());
    }
    for (int i = 0; i < runs.length; i++) {
      runs[i] = i / PICTURES;
    }
    return Bootstrap.mean(Resamples.clusters(runs, DRAWS, seed), pictures);
  }

  private static void draw(Random random, double[] pictures, int run, double share) {
    for (int i = 0; i < PICTURES; i++) {
      pictures[run * PICTURES + i] = random.nextDouble() < share ? 1 : 0;
    }
  }

  private static double[] pairs(long seed, int side) {
    Random random = new Random(seed);
    double[][] out = new double[2][36];
    for (int i = 0; i < out[0].length; i++) {
      out[0][i] = random.nextGaussian();
      out[1][i] = 0.8 * out[0][i] + 0.6 * random.nextGaussian();
    }
    return out[side];
  }

  private static void assertCovers(String what, double truth, LongFunction<Interval> experiment) {
    double covered = covered(truth, experiment);
    assertTrue(covered >= 0.85, () -> "%s: covered %s".formatted(what, covered));
  }

  private static double covered(double truth, LongFunction<Interval> experiment) {
    int hits = 0;
    for (int seed = 0; seed < EXPERIMENTS; seed++) {
      hits += experiment.apply(seed).contains(truth) ? 1 : 0;
    }
    return (double) hits / EXPERIMENTS;
  }
}
