package cadj.cad.attribution;

import static cadj.autograd.ops.MseLoss.mseLoss;
import static cadj.autograd.ops.MseLoss.sumSquaredDifference;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Gradients;
import cadj.autograd.graph.Tape;
import cadj.autograd.ops.Add;
import cadj.autograd.ops.Affine;
import cadj.cad.attribution.Attribution.Progress;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.PredictionType;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every source of points and its objective against plain loops over prompts, samples and steps,
/// with DDIM's formulas written out: two prompts, two samples, two of four steps (so that others
/// lie between), on a model that predicts noise and on one that predicts velocities.
@Execution(ExecutionMode.CONCURRENT)
class PlainLoopTest {
  private static final int SCHEDULE = 4;
  private static final int STRIDE = 1000 / SCHEDULE;
  private static final int[] TIMESTEPS = {751, 501, 251, 1};
  private static final double GUIDANCE = 3;
  private static final List<String> PROMPTS = List.of("a red cube", "two dogs on a beach");
  private static final String BASE = "a photo";
  private static final int SAMPLES = 2;
  private static final long SEED = 5;

  /// The models, which have the same schedule.
  enum Model {
    EPSILON("sd1-tiny"),
    VELOCITY("sd2-tiny");

    private final String folder;

    Model(String folder) {
      this.folder = folder;
    }

    TextToImage load() {
      Path config = Golden.require(folder + "/unet/config.json");
      TextToImage model = TextToImage.load(ModelFiles.open(config.getParent().getParent()));
      assertEquals(
          this == VELOCITY ? PredictionType.V_PREDICTION : PredictionType.EPSILON,
          model.denoiser().predictionType());
      return model;
    }
  }

  /// A point of the plain loop, and J there as a function of the weights.
  private record Plain(int trajectory, int step, int t, Tensor latents, Supplier<Tensor> j) {}

  private final List<Plain> expected = new ArrayList<>();
  private TextToImage model;

  // DDIM, Song et al. 2021, eq. 12, with ᾱ of the scaled linear schedule.

  static double alpha(int t) {
    if (t < 0) {
      return alpha(0); // set_alpha_to_one is false
    }
    double product = 1;
    for (int i = 0; i <= t; i++) {
      double root = Math.sqrt(0.00085) + (Math.sqrt(0.012) - Math.sqrt(0.00085)) * i / 999;
      product *= 1 - root * root;
    }
    return product;
  }

  static Tensor mix(double a, Tensor x, double b, Tensor y) {
    return Add.add(Affine.scale(x, (float) a), Affine.scale(y, (float) b));
  }

  private boolean velocity() {
    return model.denoiser().predictionType() == PredictionType.V_PREDICTION;
  }

  private Tensor epsilon(Tensor output, Tensor x, int t) {
    return velocity() ? mix(Math.sqrt(alpha(t)), output, Math.sqrt(1 - alpha(t)), x) : output;
  }

  private Tensor original(Tensor output, Tensor x, int t) {
    double a = Math.sqrt(alpha(t));
    double s = Math.sqrt(1 - alpha(t));
    return velocity() ? mix(a, x, -s, output) : mix(1 / a, x, -s / a, output);
  }

  private Tensor ddim(Tensor output, Tensor x, int t) {
    double before = alpha(t - STRIDE);
    return mix(
        Math.sqrt(before), original(output, x, t), Math.sqrt(1 - before), epsilon(output, x, t));
  }

  private Conditioning encode(String prompt, Tensor like) {
    int factor = model.vae().config().downsampleFactor();
    return model.text().encode(List.of(prompt), like.dim(2) * factor, like.dim(3) * factor);
  }

  private Tensor phi(Tensor x, int t, Conditioning c) {
    return model.denoiser().forward(x, t, c);
  }

  private Tensor guided(Tensor x, int t, Conditioning prompt, Conditioning negative) {
    return mix(1 - GUIDANCE, phi(x, t, negative), GUIDANCE, phi(x, t, prompt));
  }

  private Tensor noise(int count) {
    return TextToImage.noise(model.latentShape(count), new TorchGenerator(3));
  }

  static Tensor row(Tensor x, int i) {
    return x.slice(0, i, i + 1);
  }

  private void erase(
      int trajectory, int step, int t, Tensor x, Conditioning concept, boolean asNoise) {
    Tensor base = phi(x, t, encode(BASE, x));
    Tensor target = asNoise ? epsilon(base, x, t) : base;
    expected.add(
        new Plain(
            trajectory,
            step,
            t,
            x,
            () -> {
              Tensor with = phi(x, t, concept);
              return sumSquaredDifference(target, asNoise ? epsilon(with, x, t) : with);
            }));
  }

  // The sources.

  @ParameterizedTest
  @EnumSource
  void eraseCorrected(Model of) {
    model = of.load();
    Tensor noise = noise(SAMPLES);
    for (int p = 0; p < PROMPTS.size(); p++) {
      for (int sample = 0; sample < SAMPLES; sample++) {
        Tensor x = row(noise, sample);
        Conditioning concept = encode(PROMPTS.get(p), x);
        for (int i = 0; i < SCHEDULE; i++) {
          int t = TIMESTEPS[i];
          if (i % 2 == 1) { // the middles of both halves
            erase(p * SAMPLES + sample, i / 2, t, x, concept, true);
          }
          x = ddim(guided(x, t, concept, encode("", x)), x, t);
        }
      }
    }
    check(
        new EraseCorrected(model, PROMPTS, BASE, noise, steps(), GUIDANCE, 0),
        new EraseObjective(true),
        PROMPTS.size() * SAMPLES);
  }

  /// Fresh noise for every point; x_t after the k-th step, with the time step of that.
  @ParameterizedTest
  @EnumSource
  void eraseReference(Model of) {
    model = of.load();
    Tensor noise = noise(SAMPLES * PROMPTS.size() * 2);
    int iteration = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      for (int p = 0; p < PROMPTS.size(); p++) {
        for (int k = 1; k <= 2; k++) {
          Tensor x = row(noise, iteration);
          Conditioning concept = encode(PROMPTS.get(p), x);
          for (int i = 0; i < k; i++) {
            x = ddim(guided(x, TIMESTEPS[i], concept, encode("", x)), x, TIMESTEPS[i]);
          }
          erase(iteration / 2, k - 1, TIMESTEPS[k - 1], x, concept, false);
          iteration++;
        }
      }
    }
    check(
        new EraseReference(model, PROMPTS, BASE, noise, 2, SCHEDULE, GUIDANCE),
        new EraseObjective(false),
        1);
  }

  @ParameterizedTest
  @EnumSource
  void amplifyCorrected(Model of) {
    model = of.load();
    amplify(Mode.CORRECTED, new int[] {501, 1}, PROMPTS.size() * SAMPLES * 3);
  }

  /// The cleanest time steps, least noise first; the noise for a target, whatever is predicted.
  @ParameterizedTest
  @EnumSource
  void amplifyReference(Model of) {
    model = of.load();
    amplify(Mode.REFERENCE, new int[] {1, 251}, SAMPLES);
  }

  private void amplify(Mode mode, int[] timesteps, double divisor) {
    Tensor pictures = noise(3);
    TorchGenerator generator = new TorchGenerator(SEED);
    for (int p = 0; p < PROMPTS.size(); p++) {
      for (int sample = 0; sample < SAMPLES; sample++) {
        for (int step = 0; step < timesteps.length; step++) {
          for (int picture = 0; picture < 3; picture++) {
            Tensor noise = TextToImage.noise(model.latentShape(1), generator);
            Tensor x0 = row(pictures, picture);
            int t = timesteps[step];
            double a = Math.sqrt(alpha(t));
            double s = Math.sqrt(1 - alpha(t));
            Tensor x = mix(a, x0, s, noise);
            Tensor target = velocity() && mode == Mode.CORRECTED ? mix(a, noise, -s, x0) : noise;
            Conditioning concept = encode(PROMPTS.get(p), x);
            expected.add(
                new Plain(
                    p * SAMPLES + sample,
                    step,
                    t,
                    x,
                    () -> Affine.scale(mseLoss(phi(x, t, concept), target), -1)));
          }
        }
      }
    }
    check(
        new AmplifyPoints(model, PROMPTS, pictures, SAMPLES, SEED, steps(), mode),
        new AmplifyObjective(),
        divisor);
  }

  private static ScoredSteps steps() {
    return new ScoredSteps(Scheduler.Kind.DDIM, SCHEDULE, 2);
  }

  // Points, scores and tables are the plain loop's.

  private void check(Points points, Objective objective, double divisor) {
    SequencedMap<String, Tensor> watched = model.denoiser().parameters(List.of(Sites.FF));
    checkPoints(points);
    Map<String, double[]> sums = new LinkedHashMap<>();
    double[] objectives = new double[2];
    double[][] positive = new double[watched.size()][2];
    double[][] negative = new double[watched.size()][2];
    for (Plain point : expected) {
      Tape.record(
          watched.values(),
          tape -> {
            Tensor j = point.j.get();
            objectives[point.step] += j.item() / divisor;
            Gradients gradients = tape.backward(j);
            int p = 0;
            for (Map.Entry<String, Tensor> parameter : watched.entrySet()) {
              float[] w = parameter.getValue().toFloats();
              float[] g = gradients.of(parameter.getValue()).toFloats();
              double[] sum = sums.computeIfAbsent(parameter.getKey(), k -> new double[w.length]);
              for (int i = 0; i < w.length; i++) {
                double score = (double) w[i] * g[i] / divisor;
                sum[i] += score;
                positive[p][point.step] += Math.max(score, 0);
                negative[p][point.step] += Math.min(score, 0);
              }
              p++;
            }
            return null;
          });
    }
    AttributionResult found = Runs.attribution(points, objective).run(false, Progress.NONE);
    assertClose("objectives", objectives, found.objectives());
    int p = 0;
    for (String name : watched.keySet()) {
      assertClose(name, sums.get(name), found.scores().get(name).toDoubles());
      assertClose(name + " positive", positive[p], found.positive()[p]);
      assertClose(name + " negative", negative[p], found.negative()[p]);
      p++;
    }
  }

  private void checkPoints(Points points) {
    int each = points.pointsPerTrajectory();
    assertEquals(expected.size(), points.trajectories() * each);
    for (int trajectory = 0; trajectory < points.trajectories(); trajectory++) {
      int from = trajectory % 2; // a walk may begin anywhere
      Supplier<Point> walk = points.trajectory(trajectory, from);
      for (int i = from; i < each; i++) {
        Plain plain = expected.get(trajectory * each + i);
        Point point = walk.get();
        assertEquals(plain.trajectory, point.trajectory());
        assertEquals(plain.step, point.step());
        assertEquals(plain.t, point.timestep());
        assertEquals(plain.t, points.timesteps()[point.step()]);
        assertEquals(Math.sqrt(alpha(plain.t)), point.level().signal(), 1e-5);
        assertClose("x_t", plain.latents.toDoubles(), point.latents().toDoubles());
      }
    }
  }

  static void assertClose(String what, double[] expected, double[] actual) {
    double largest = 0;
    double difference = 0;
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
    }
    assertTrue(
        largest > 0 && difference <= 1e-4 * largest,
        what + ": largest " + largest + ", difference " + difference);
  }

  /// What an objective on the walk's own denoiser has computed takes the walk on; computed anew it
  /// is the same.
  @Test
  void aWalkGoesOnWithWhatItsObjectiveHasPredicted() {
    model = Model.EPSILON.load();
    ScoredSteps all = new ScoredSteps(Scheduler.Kind.DDIM, SCHEDULE, SCHEDULE);
    Tensor noise = noise(1);
    int[] calls = new int[2];
    List<float[]> latents = new ArrayList<>();
    for (boolean evaluate : new boolean[] {false, true}) {
      CountingDenoiser counting = new CountingDenoiser(model.denoiser());
      Points points =
          new EraseCorrected(
              model.withDenoiser(counting), List.of(PROMPTS.getFirst()), "", noise, all, 3, 0);
      Supplier<Point> walk = points.trajectory(0, 0);
      for (int i = 0; i < SCHEDULE; i++) {
        Point point = walk.get();
        latents.add(point.latents().toFloats());
        if (evaluate) {
          new EraseObjective(true).residual(points.denoiser(), point);
        }
      }
      calls[evaluate ? 1 : 0] = counting.calls();
    }
    for (int i = 0; i < SCHEDULE; i++) {
      assertArrayEquals(latents.get(i), latents.get(SCHEDULE + i));
    }
    // Base and concept at each step: the base as the point's target, the concept for the step, or
    // for the objective. The last point needs no step.
    assertArrayEquals(new int[] {2 * SCHEDULE - 1, 2 * SCHEDULE}, calls);
  }
}
