package cadj.cad.attribution;

import static cadj.cad.attribution.PlainLoopTest.alpha;
import static cadj.cad.attribution.PlainLoopTest.assertClose;
import static cadj.cad.attribution.PlainLoopTest.mix;
import static cadj.cad.attribution.PlainLoopTest.row;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.autograd.ops.Affine;
import cadj.cad.attribution.PlainLoopTest.Model;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.PredictionType;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Erasing along samplers that start from a σ of their own, scale the denoiser's input and, the
/// ancestral one, add noise at every step: against a plain loop with Euler's method written out,
/// over two prompts and two samples, scoring two of four steps.
class EraseSamplersTest {
  private static final int[] TIMESTEPS = {999, 666, 333, 0}; // evenly, both ends included
  private static final double GUIDANCE = 3;
  private static final List<String> PROMPTS = List.of("a red cube", "two dogs on a beach");
  private static final String BASE = "a photo";
  private static final int SAMPLES = 2;
  private static final long SEED = 5;

  /// A point of the plain loop: the scaled input, and the prediction for the base prompt there.
  private record Plain(double t, Tensor input, Tensor target) {}

  private TextToImage model;

  @ParameterizedTest
  @EnumSource
  void euler(Model of) {
    model = of.load();
    check(Scheduler.Kind.EULER);
  }

  @ParameterizedTest
  @EnumSource
  void ancestralEuler(Model of) {
    model = of.load();
    check(Scheduler.Kind.EULER_ANCESTRAL);
  }

  private void check(Scheduler.Kind sampler) {
    Tensor noise = TextToImage.noise(model.latentShape(SAMPLES), new TorchGenerator(3));
    ScoredSteps steps = new ScoredSteps(sampler, TIMESTEPS.length, 2);
    Points points = new EraseCorrected(model, PROMPTS, BASE, noise, steps, GUIDANCE, SEED);
    assertEquals(PROMPTS.size() * SAMPLES, points.trajectories());
    for (int p = 0; p < PROMPTS.size(); p++) {
      for (int sample = 0; sample < SAMPLES; sample++) {
        int trajectory = p * SAMPLES + sample;
        List<Plain> expected =
            plain(
                PROMPTS.get(p),
                row(noise, sample),
                sampler == Scheduler.Kind.EULER_ANCESTRAL,
                new TorchGenerator(SEED + 1 + trajectory));
        int from = trajectory % 2; // a walk may begin anywhere
        Supplier<Point> walk = points.trajectory(trajectory, from);
        for (int i = from; i < expected.size(); i++) {
          assertSame(expected.get(i), walk.get());
        }
      }
    }
  }

  /// Samplers whose steps are tested elsewhere, and of which some remember earlier calls: points
  /// are where the sampler's own loop comes by, wherever a walk begins.
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FLOW_MATCH_EULER")
  void everySampler(Scheduler.Kind sampler) {
    model = Model.EPSILON.load();
    int[] scored = {1, 3, 5};
    Tensor noise = TextToImage.noise(model.latentShape(1), new TorchGenerator(3));
    ScoredSteps steps = new ScoredSteps(sampler, 6, 3);
    Points points = new EraseCorrected(model, PROMPTS, BASE, noise, steps, GUIDANCE, SEED);
    TorchGenerator generator = new TorchGenerator(SEED + 2);
    Scheduler run = sampler.start(model.schedule(), 6);
    int calls = run.timesteps().length;
    int skipped = calls - 6; // PNDM calls at its second time step twice
    Tensor x = Affine.scale(noise, (float) run.initNoiseSigma());
    List<Plain> expected = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      double t = run.timesteps()[i];
      Tensor input = run.scaleModelInput(i, x);
      int step = i - skipped;
      if (Arrays.stream(scored).anyMatch(s -> s == step)) {
        expected.add(new Plain(t, input, phi(input, t, BASE)));
      }
      Tensor uncond = phi(input, t, "");
      Tensor guided = mix(1 - GUIDANCE, uncond, GUIDANCE, phi(input, t, PROMPTS.get(1)));
      x = run.step(i, guided, x, like -> TextToImage.noise(like.shape(), generator));
    }
    assertEquals(3, expected.size());
    for (int first : new int[] {0, 2}) {
      Supplier<Point> walk = points.trajectory(1, first);
      for (int i = first; i < 3; i++) {
        Point found = walk.get();
        assertEquals(expected.get(i).t, found.timestep());
        assertClose("x_t", expected.get(i).input.toDoubles(), found.latents().toDoubles());
        assertClose("target", expected.get(i).target.toDoubles(), found.target().toDoubles());
      }
    }
  }

  private static void assertSame(Plain expected, Point found) {
    double sigma = sigma((int) expected.t);
    assertEquals(expected.t, found.timestep());
    assertEquals(1 / Math.hypot(sigma, 1), found.level().signal(), 1e-5);
    assertEquals(sigma / Math.hypot(sigma, 1), found.level().noise(), 1e-5);
    assertClose("x_t", expected.input.toDoubles(), found.latents().toDoubles());
    assertClose("target", expected.target.toDoubles(), found.target().toDoubles());
  }

  // Karras et al. 2022, algorithm 2; ancestral: down to σ_down = σ'²/σ, then noise back up to σ'.

  private static double sigma(int t) {
    return Math.sqrt((1 - alpha(t)) / alpha(t));
  }

  private List<Plain> plain(
      String prompt, Tensor start, boolean ancestral, TorchGenerator generator) {
    List<Plain> scored = new ArrayList<>();
    Tensor x = Affine.scale(start, (float) sigma(TIMESTEPS[0]));
    for (int i = 0; i < TIMESTEPS.length; i++) {
      int t = TIMESTEPS[i];
      double from = sigma(t);
      double to = i + 1 < TIMESTEPS.length ? sigma(TIMESTEPS[i + 1]) : 0;
      Tensor input = Affine.scale(x, (float) (1 / Math.hypot(from, 1)));
      if (i % 2 == 1) { // the middles of both halves
        scored.add(new Plain(t, input, phi(input, t, BASE)));
      }
      Tensor guided = mix(1 - GUIDANCE, phi(input, t, ""), GUIDANCE, phi(input, t, prompt));
      double down = ancestral ? to * to / from : to;
      x = mix(1, x, down - from, epsilon(guided, input, from));
      if (ancestral) {
        Tensor noise = TextToImage.noise(x.shape(), generator);
        x = mix(1, x, Math.sqrt(to * to - down * down), noise);
      }
    }
    return scored;
  }

  private Tensor epsilon(Tensor output, Tensor input, double sigma) {
    double norm = Math.hypot(sigma, 1);
    return model.denoiser().predictionType() == PredictionType.V_PREDICTION
        ? mix(1 / norm, output, sigma / norm, input)
        : output;
  }

  private Tensor phi(Tensor input, double t, String prompt) {
    int factor = model.vae().config().downsampleFactor();
    Conditioning c =
        model.text().encode(List.of(prompt), input.dim(2) * factor, input.dim(3) * factor);
    return model.denoiser().forward(input, t, c);
  }
}
