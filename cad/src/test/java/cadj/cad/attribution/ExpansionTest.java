package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Estimators that expand about other weights than the model's, against plain loops in double
/// precision over derivatives taken one at a time.
@Execution(ExecutionMode.CONCURRENT)
class ExpansionTest {
  private static final Denoiser DENOISER = Runs.PIPELINE.denoiser();
  private static final double P = 0.2;

  /// Two matrices, one before the other.
  private static SequencedMap<String, Tensor> watched() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    DENOISER.parameters(List.of(Sites.FF)).entrySet().stream()
        .filter(one -> one.getValue().elements() < 20_000)
        .limit(2)
        .forEach(one -> out.put(one.getKey(), one.getValue()));
    assertEquals(2, out.size());
    return out;
  }

  private static Points points(boolean erase) {
    return erase ? Runs.eraseCorrected() : Runs.amplify(Mode.CORRECTED);
  }

  private static Objective objective(boolean erase) {
    return erase ? new EraseObjective(true) : new AmplifyObjective();
  }

  /// κ of J = κ·Σ r², for [1,4,8,8].
  private static double kappa(boolean erase) {
    return erase ? 1 : -1.0 / 256;
  }

  private static List<Point> all(Points points) {
    List<Point> out = new ArrayList<>();
    for (int t = 0; t < points.trajectories(); t++) {
      Supplier<Point> walk = points.trajectory(t, 0);
      for (int i = 0; i < points.pointsPerTrajectory(); i++) {
        out.add(walk.get());
      }
    }
    return out;
  }

  private static AttributionResult run(boolean erase, Estimator estimator) {
    return new Attribution(
            points(erase),
            objective(erase),
            estimator,
            watched(),
            Map.of(),
            null,
            Attribution.SAVING_SHARE)
        .run(true, Attribution.Progress.NONE);
  }

  /// J or v·r at a point, and its derivatives, with the scored weights changed.
  private record At(double value, Map<String, double[]> gradients) {}

  private static At at(
      boolean erase, Point point, BiFunction<String, Integer, Double> dose, double @Nullable [] v) {
    Map<String, Tensor> all = new LinkedHashMap<>(DENOISER.parameters());
    SequencedMap<String, Tensor> moved = new LinkedHashMap<>();
    watched()
        .forEach(
            (name, w) -> {
              float[] values = w.toFloats();
              for (int i = 0; i < values.length; i++) {
                values[i] *= dose.apply(name, i).floatValue();
              }
              moved.put(name, Tensor.of(values, w.shape().toArray()));
            });
    all.putAll(moved);
    Denoiser there = DENOISER.with(all);
    return Tape.record(
        moved.values(),
        tape -> {
          Tensor r = objective(erase).residual(there, point);
          float[] seed = r.toFloats();
          double value = 0;
          for (int i = 0; i < seed.length; i++) {
            value += v == null ? kappa(erase) * seed[i] * seed[i] : v[i] * seed[i];
            seed[i] = (float) (v == null ? 2 * kappa(erase) * seed[i] : v[i]);
          }
          Gradients gradients = tape.backward(r, Tensor.of(seed, r.shape().toArray()));
          Map<String, double[]> out = new LinkedHashMap<>();
          moved.forEach((name, w) -> out.put(name, gradients.of(w).toDoubles()));
          return new At(value, out);
        });
  }

  private static Map<String, int[]> set() {
    Map<String, int[]> out = new LinkedHashMap<>();
    watched()
        .forEach(
            (name, w) ->
                out.put(name, IntStream.range(0, w.elements()).filter(i -> i % 7 == 3).toArray()));
    return out;
  }

  private static boolean isIn(int i) {
    return i % 7 == 3;
  }

  private static double divisor(boolean erase) {
    return points(erase).divisor();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void meanPointPredictsByItsFormula(boolean erase) {
    int probes = 3;
    double expected = 0;
    for (Point point : all(points(erase))) {
      expected -= at(erase, point, (name, i) -> 1.0, null).value;
      At mean = at(erase, point, (name, i) -> 1 - P, null);
      expected += mean.value;
      SplittableRandom seeds = new SplittableRandom(point.seed());
      List<At> pulled = new ArrayList<>();
      for (int k = 0; k < probes; k++) {
        SplittableRandom signs = new SplittableRandom(seeds.nextLong());
        double[] v = new double[256];
        Arrays.setAll(v, i -> signs.nextLong() < 0 ? -1 : 1);
        pulled.add(at(erase, point, (name, i) -> 1 - P, v));
      }
      for (Map.Entry<String, Tensor> one : watched().entrySet()) {
        double[] w = one.getValue().toDoubles();
        for (int i = 0; i < w.length; i++) {
          double b = -w[i] * mean.gradients.get(one.getKey())[i];
          double d = 0;
          for (At probe : pulled) {
            double g = probe.gradients.get(one.getKey())[i];
            d += kappa(erase) * w[i] * w[i] * g * g / probes;
          }
          expected += isIn(i) ? (1 - P) * b + (1 - P) * (1 - P) * d : -P * b + P * P * d;
        }
      }
    }
    expected /= divisor(erase);
    AttributionResult found = run(erase, new MeanPoint(P, probes));
    assertEquals(expected, Prediction.of(found, set()).change(), 1e-4 * Math.abs(expected));
  }

  /// Whatever is drawn, it is another at each point.
  @Test
  void pointsHaveTheirOwnSeeds() {
    for (boolean erase : new boolean[] {true, false}) {
      List<Point> points = all(points(erase));
      assertEquals(points.size(), points.stream().map(Point::seed).distinct().count());
    }
  }

  @Test
  void shrunkTakesGradientsHalfWay() {
    assertGradients(new Shrunk(P), List.of(1 - P / 2));
  }

  @Test
  void integratedGradientsTakesTheirMean() {
    assertGradients(new IntegratedGradients(0.6, 3), List.of(0.9, 0.7, 0.5));
  }

  private static void assertGradients(Estimator estimator, List<Double> doses) {
    Map<String, double[]> expected = new LinkedHashMap<>();
    watched().forEach((name, w) -> expected.put(name, new double[w.elements()]));
    for (Point point : all(points(true))) {
      for (double dose : doses) {
        At at = at(true, point, (name, i) -> dose, null);
        expected.forEach(
            (name, sums) -> {
              for (int i = 0; i < sums.length; i++) {
                sums[i] += at.gradients.get(name)[i] / doses.size() / divisor(true);
              }
            });
      }
    }
    assertScores(expected, run(true, estimator));
  }

  /// Scores are w times the means of gradients.
  private static void assertScores(Map<String, double[]> gradients, AttributionResult found) {
    watched()
        .forEach(
            (name, w) -> {
              double[] weights = w.toDoubles();
              double[] scores = found.scores().get(name).toDoubles();
              double largest = 0;
              double worst = 0;
              for (int i = 0; i < weights.length; i++) {
                double score = weights[i] * gradients.get(name)[i];
                largest = Math.max(largest, Math.abs(score));
                worst = Math.max(worst, Math.abs(score - scores[i]));
              }
              assertEquals(0, worst, 2e-5 * largest, name);
            });
    assertEquals(0, found.offset(), 1e-12);
  }

  /// Scores of all weights add up to what J loses without any.
  @Test
  void integratedGradientsAreComplete() {
    double lost = 0;
    for (Point point : all(points(true))) {
      lost += at(true, point, (name, i) -> 1.0, null).value;
      lost -= at(true, point, (name, i) -> 0.0, null).value;
    }
    lost /= divisor(true);
    AttributionResult found = run(true, new IntegratedGradients(1, 12));
    double sum = 0;
    for (Tensor score : found.scores().values()) {
      sum += Arrays.stream(score.toDoubles()).sum();
    }
    assertEquals(lost, sum, 0.02 * Math.abs(lost));
  }

  /// The set is that of the first run's highest scores by row, and only it is half gone.
  @Test
  void setMidpointScoresWhereItsSetIsHalfGone() {
    AttributionResult first = run(true, new FirstOrder());
    Map<String, boolean[]> selected = new LinkedHashMap<>();
    first
        .scores()
        .forEach(
            (name, score) -> {
              float[] s = score.toFloats();
              boolean[] in = new boolean[s.length];
              int columns = score.dim(1);
              int k = columns / 10;
              for (int row = 0; row < score.dim(0); row++) {
                float[] sorted = Arrays.copyOfRange(s, row * columns, (row + 1) * columns);
                Arrays.sort(sorted);
                float least = sorted[columns - k];
                for (int i = row * columns; i < (row + 1) * columns; i++) {
                  in[i] = s[i] >= least && s[i] >= 0;
                }
              }
              selected.put(name, in);
            });
    Map<String, double[]> expected = new LinkedHashMap<>();
    watched().forEach((name, w) -> expected.put(name, new double[w.elements()]));
    for (Point point : all(points(true))) {
      At at = at(true, point, (name, i) -> selected.get(name)[i] ? 0.5 : 1, null);
      expected.forEach(
          (name, sums) -> {
            for (int i = 0; i < sums.length; i++) {
              sums[i] += at.gradients.get(name)[i] / divisor(true);
            }
          });
    }
    assertScores(expected, run(true, new SetMidpoint(0.1, 1)));
  }

  @Test
  void randomAblationsRegressWhatFirstOrderMisses() {
    int sets = 2;
    long threshold = (long) (P * (1 << 24));
    double expected = 0;
    for (Point point : all(points(true))) {
      At here = at(true, point, (name, i) -> 1.0, null);
      SplittableRandom seeds = new SplittableRandom(point.seed());
      for (int a = 0; a < sets; a++) {
        SplittableRandom random = new SplittableRandom(seeds.nextLong());
        Map<String, boolean[]> out = new LinkedHashMap<>();
        double firstOrder = 0;
        double slopes = 0;
        for (Map.Entry<String, Tensor> one : watched().entrySet()) {
          double[] w = one.getValue().toDoubles();
          boolean[] zeroed = new boolean[w.length];
          for (int i = 0; i < w.length; i++) {
            zeroed[i] = random.nextLong() >>> 40 < threshold;
            firstOrder -= zeroed[i] ? w[i] * here.gradients.get(one.getKey())[i] : 0;
            slopes += ((zeroed[i] ? 1 : 0) - P) / (P * (1 - P)) * ((isIn(i) ? 1 : 0) - P);
          }
          out.put(one.getKey(), zeroed);
        }
        double without = at(true, point, (name, i) -> out.get(name)[i] ? 0.0 : 1.0, null).value;
        double missed = without - here.value - firstOrder;
        expected += missed * (1 + slopes) / sets;
      }
      for (Map.Entry<String, Tensor> one : watched().entrySet()) {
        double[] w = one.getValue().toDoubles();
        for (int i = 0; i < w.length; i++) {
          expected -= isIn(i) ? w[i] * here.gradients.get(one.getKey())[i] : 0;
        }
      }
    }
    expected /= divisor(true);
    AttributionResult found = run(true, new RandomAblations(P, sets));
    assertEquals(expected, Prediction.of(found, set()).change(), 2e-3 * Math.abs(expected));
  }

  /// Each trajectory's scores, and that their mean is the whole.
  @Test
  void trajectoriesApartMakeTheWhole() {
    Attribution run =
        new Attribution(
            points(true),
            objective(true),
            new MeanPoint(P, 1),
            watched(),
            Map.of(),
            null,
            Attribution.SAVING_SHARE);
    AttributionResult whole = run.run(false, Attribution.Progress.NONE);
    AttributionResult apart = run.runApart(false, Attribution.Progress.NONE);
    whole
        .scores()
        .forEach(
            (name, score) ->
                assertArrayEquals(score.toFloats(), apart.scores().get(name).toFloats(), name));
    assertEquals(4, apart.trajectories().size());
    Prediction all = Prediction.of(apart, set());
    assertEquals(Prediction.of(whole, set()).change(), all.change(), 0);
    double[] each = new double[4];
    double mean = 0;
    for (int t = 0; t < 4; t++) {
      TrajectoryScores one = apart.trajectories().get(t);
      each[t] = one.offset();
      for (Map.Entry<String, int[]> indices : set().entrySet()) {
        double[] scores = one.scores().get(indices.getKey()).toDoubles();
        for (int i : indices.getValue()) {
          each[t] -= scores[i];
        }
      }
      mean += each[t] / 4;
    }
    assertEquals(all.change(), mean, 1e-5 * Math.abs(mean));
    double squares = 0;
    for (double one : each) {
      squares += (one - mean) * (one - mean) / 3;
    }
    assertEquals(Math.sqrt(squares), all.spread(), 1e-4 * all.spread());
  }
}
