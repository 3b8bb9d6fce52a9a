package cadj.cad.probe;

import static cadj.autograd.ops.MseLoss.mseLoss;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.graph.Tape;
import cadj.autograd.ops.Add;
import cadj.autograd.ops.Affine;
import cadj.cad.judge.FashionJudge;
import cadj.cad.judge.Judge;
import cadj.cad.method.EditMethod;
import cadj.cad.probe.ProbeTask.Stream;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Each probe against a plain loop, on the embedded model and one whose attention is changed.
class ProbesTest {
  private static final double TOLERANCE = 1e-3;
  private static final double GUIDANCE = 3;
  private static final long SEED = 7;
  private static final String PROMPT = "a photo of a bag";

  private final ModelFiles files = ModelFiles.open("fashion");
  private final TextToImage original = TextToImage.load(files);
  private final TextToImage edited = changed();
  private final Judge judge = new FashionJudge(files.classifier());
  private final Settings sampling = new Settings(PlainDdim.STEPS, GUIDANCE, Scheduler.Kind.DDIM);
  private final Tensor pictures =
      ProbeTask.drawn(original, PROMPT, 2, sampling, SEED, TextToImage.Progress.NONE);
  private final ProbeTask task =
      new ProbeTask(original, edited, "bag", PROMPT, pictures, judge, sampling, SEED);
  private final PlainDdim plain = new PlainDdim(edited, GUIDANCE);

  private TextToImage changed() {
    Map<String, Tensor> parameters = new LinkedHashMap<>(original.denoiser().parameters());
    original
        .denoiser()
        .parameters(List.of(Sites.ATTENTION))
        .forEach((name, tensor) -> parameters.put(name, Affine.scale(tensor, 0.5f)));
    return original.withDenoiser(original.denoiser().with(parameters));
  }

  private List<Recovery> run(Probe probe) {
    List<Recovery> out = new ArrayList<>();
    probe.run(
        task,
        recovery ->
            out.add(
                new Recovery(
                    recovery.probe(),
                    recovery.variant(),
                    Tensor.of(
                        recovery.pictures().toFloats(), recovery.pictures().shape().toArray()),
                    recovery.seen())),
        EditMethod.Progress.NONE);
    return out;
  }

  private double[] noise(Stream stream, int picture) {
    return TextToImage.noise(original.latentShape(2), stream.generator(SEED))
        .slice(0, picture, picture + 1)
        .toDoubles();
  }

  /// Mean of the encoded picture and its deviation times the posterior's noise, scaled.
  private double[] encoded(int picture) {
    Tensor posterior =
        TextToImage.noise(
                original.latentShape(2), new TorchGenerator(Stream.POSTERIOR.seed(SEED) + 1))
            .slice(0, picture, picture + 1);
    return original.encode(pictures.slice(0, picture, picture + 1), posterior).toDoubles();
  }

  private void assertPicture(String what, double[] latents, Recovery actual, int picture) {
    Golden.assertClose(
        what,
        original.decode(plain.latents(latents)),
        actual.pictures().slice(0, picture, picture + 1),
        TOLERANCE);
    boolean seen = judge.sees(actual.pictures(), "bag")[picture];
    assertEquals(seen, actual.seen()[picture]);
  }

  @Test
  void noisedPictures() {
    List<Recovery> found = run(new NoisedPictures(List.of(0.5, 1.0)));
    assertEquals(
        List.of(
            Map.of("strength", "0.5", "prompt", PROMPT),
            Map.of("strength", "0.5", "prompt", ""),
            Map.of("strength", "1.0", "prompt", PROMPT),
            Map.of("strength", "1.0", "prompt", "")),
        found.stream().map(Recovery::variant).toList());
    for (Recovery recovery : found) {
      Conditioning prompt = plain.text(recovery.variant().get("prompt"));
      int first = recovery.variant().get("strength").equals("0.5") ? 2 : 0;
      for (int n = 0; n < 2; n++) {
        double[] x = PlainDdim.noised(encoded(n), noise(Stream.NOISE, n), first);
        for (int call = first; call < PlainDdim.STEPS; call++) {
          x = plain.step(x, call, prompt);
        }
        assertPicture(recovery.variant() + " " + n, x, recovery, n);
      }
    }
  }

  @Test
  void completion() {
    List<Recovery> found = run(new Completion(Completion.Half.TOP));
    assertEquals(
        List.of(Map.of("prompt", PROMPT), Map.of("prompt", "")),
        found.stream().map(Recovery::variant).toList());
    for (Recovery recovery : found) {
      Conditioning prompt = plain.text(recovery.variant().get("prompt"));
      for (int n = 0; n < 2; n++) {
        double[] known = encoded(n);
        double[] e = noise(Stream.NOISE, n);
        double[] x = e.clone();
        for (int call = 0; call < PlainDdim.STEPS; call++) {
          keepTop(x, PlainDdim.noised(known, e, call));
          x = plain.step(x, call, prompt);
        }
        keepTop(x, known);
        assertPicture(recovery.variant() + " " + n, x, recovery, n);
      }
    }
  }

  /// The first half of each channel.
  private void keepTop(double[] x, double[] known) {
    Shape shape = original.latentShape(1);
    int plane = shape.dim(2) * shape.dim(3);
    for (int i = 0; i < x.length; i++) {
      if (i % plane < plane / 2) {
        x[i] = known[i];
      }
    }
  }

  @Test
  void halves() {
    assertEquals(List.of(0f, 1f, 1f, 0f, 1f, 1f), floats(Completion.Half.LEFT.mask(2, 3)));
    assertEquals(List.of(1f, 0f, 0f, 1f, 0f, 0f), floats(Completion.Half.RIGHT.mask(2, 3)));
    assertEquals(List.of(0f, 0f, 0f, 1f, 1f, 1f), floats(Completion.Half.TOP.mask(2, 3)));
    assertEquals(List.of(1f, 1f, 1f, 0f, 0f, 0f), floats(Completion.Half.BOTTOM.mask(2, 3)));
  }

  private static List<Float> floats(Tensor tensor) {
    List<Float> out = new ArrayList<>();
    for (float value : tensor.toFloats()) {
      out.add(value);
    }
    return out;
  }

  /// Two trajectories of the unedited model; two steps of Adam over all points of both at once.
  @Test
  void softPrompt() {
    int points = 2 * PlainDdim.STEPS;
    int tokens = 3;
    SoftPrompt probe = new SoftPrompt(2, 2, 0.1, points, tokens);
    PlainDdim first = new PlainDdim(original, GUIDANCE);
    Conditioning concept = first.text(PROMPT);
    List<Tensor> latents = new ArrayList<>();
    List<Tensor> targets = new ArrayList<>();
    List<Integer> timesteps = new ArrayList<>();
    for (int n = 0; n < 2; n++) {
      double[] x = noise(Stream.TRAJECTORIES, n);
      for (int call = 0; call < PlainDdim.STEPS; call++) {
        latents.add(first.latents(x));
        targets.add(first.latents(first.predicted(x, call, concept)));
        timesteps.add(PlainDdim.TIMESTEPS[call]);
        x = first.step(x, call, concept);
      }
    }
    int width = concept.text().dim(2);
    float[] text = concept.text().toFloats();
    double[] m = new double[text.length];
    double[] v = new double[text.length];
    List<Double> losses = new ArrayList<>();
    for (int t = 1; t <= 3; t++) {
      Tensor now = Tensor.of(text.clone(), concept.text().shape().toArray());
      double[] g = new double[text.length];
      double loss =
          Tape.record(
              List.of(now),
              tape -> {
                Tensor sum = Tensor.scalar(0);
                for (int i = 0; i < points; i++) {
                  Tensor output =
                      edited
                          .denoiser()
                          .forward(latents.get(i), timesteps.get(i), Conditioning.of(now));
                  sum = Add.add(sum, mseLoss(output, targets.get(i)));
                }
                Tensor mean = Affine.scale(sum, 1f / points);
                double value = mean.item();
                double[] gradient = tape.backward(mean).of(now).toDoubles();
                System.arraycopy(gradient, 0, g, 0, g.length);
                return value;
              });
      losses.add(loss);
      if (t < 3) {
        for (int i = width; i < (1 + tokens) * width; i++) {
          m[i] = 0.9 * m[i] + 0.1 * g[i];
          v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
          double mean = m[i] / (1 - Math.pow(0.9, t));
          double square = v[i] / (1 - Math.pow(0.999, t));
          text[i] -= (float) (0.1 * mean / (Math.sqrt(square) + 1e-8));
        }
      }
    }
    Tensor learned =
        probe.learned(
            task, concept, Targets.of(task, 2, EditMethod.Progress.NONE), EditMethod.Progress.NONE);
    // what a gradient near 0 does in Adam's first steps is its sign alone
    Golden.assertL2("embedding", Tensor.of(text, 1, text.length / width, width), learned, 2e-3);

    Recovery recovery = run(probe).getFirst();
    assertEquals(losses.get(0), Double.parseDouble(recovery.variant().get("loss")), 1e-4);
    assertEquals(losses.get(2), Double.parseDouble(recovery.variant().get("learned_loss")), 1e-4);
    assertTrue(losses.get(2) < losses.get(0));
    for (int n = 0; n < 2; n++) {
      double[] x = noise(Stream.NOISE, n);
      for (int call = 0; call < PlainDdim.STEPS; call++) {
        x = plain.step(x, call, Conditioning.of(learned));
      }
      assertPicture("learned " + n, x, recovery, n);
    }
  }

  /// Batches go through all points before any comes again.
  @Test
  void sameTwice() {
    SoftPrompt probe = new SoftPrompt(1, 3, 0.1, 3, 76);
    assertEquals(
        floats(run(probe).getFirst().pictures()), floats(run(probe).getFirst().pictures()));
  }

  @Test
  void whatIsRefused() {
    assertSays(
        "the judge knows no \"dog\"",
        () -> new ProbeTask(original, edited, "dog", PROMPT, pictures, judge, sampling, SEED));
    assertSays(
        "expected pictures [N,3,H,W], got [2,1,32,32]",
        () ->
            new ProbeTask(
                original, edited, "bag", PROMPT, pictures.slice(1, 0, 1), judge, sampling, SEED));
    assertSays("at most 76 tokens, got 77", () -> run(new SoftPrompt(1, 1, 0.1, 1, 77)));
    assertSays("expected positive numbers", () -> new SoftPrompt(1, 1, 0, 1, 1));
    assertSays("strength: expected", () -> run(new NoisedPictures(List.of(2.0))));
  }

  private static void assertSays(String says, Runnable work) {
    String message = assertThrows(IllegalArgumentException.class, work::run).getMessage();
    assertTrue(message.contains(says), message);
  }

  @Test
  void shares() {
    Recovery recovery =
        new Recovery("x", new LinkedHashMap<>(), pictures, new boolean[] {true, false, true});
    assertEquals(2.0 / 3, recovery.share().share(), 1e-12);
    assertEquals(3, recovery.share().tries());
  }

  /// Each has numbers of its own, far from those of neighbouring seeds.
  @Test
  void everyStreamHasItsOwnNoise() {
    long golden = 0x9E3779B97F4A7C15L; // 2⁶⁴ divided by the golden ratio
    assertEquals(7 + golden, Stream.PICTURES.seed(7));
    assertEquals(7 + 2 * golden, Stream.POSTERIOR.seed(7));
    assertEquals(7 + 3 * golden, Stream.NOISE.seed(7));
    assertEquals(7 + 4 * golden, Stream.STEP_NOISE.seed(7));
    assertEquals(7 + 5 * golden, Stream.TRAJECTORIES.seed(7));
    List<List<Float>> all = new ArrayList<>();
    for (Stream stream : Stream.values()) {
      all.add(floats(task.noise(stream, Shape.of(3))));
    }
    all.add(floats(TextToImage.noise(Shape.of(3), new TorchGenerator(SEED))));
    assertEquals(6, all.stream().distinct().count());
    assertEquals(
        floats(TextToImage.noise(Shape.of(3), new TorchGenerator(SEED + 3 * golden))),
        all.get(List.of(Stream.values()).indexOf(Stream.NOISE)));
  }

  /// Pictures to start from are what the unedited model draws from the first stream.
  @Test
  void picturesAreTheUneditedModels() {
    PlainDdim unedited = new PlainDdim(original, GUIDANCE);
    for (int n = 0; n < 2; n++) {
      double[] x = noise(Stream.PICTURES, n);
      for (int call = 0; call < PlainDdim.STEPS; call++) {
        x = unedited.step(x, call, unedited.text(PROMPT));
      }
      Golden.assertClose(
          "picture " + n,
          original.decode(unedited.latents(x)),
          pictures.slice(0, n, n + 1),
          TOLERANCE);
    }
  }

  /// Starting in the middle takes a sampler that can, and a step to take.
  @Test
  void samplersThatCannotBeginInTheMiddle() {
    NoisedPictures probe = new NoisedPictures(List.of(0.4, 0.9));
    probe.requireFits(Scheduler.Kind.EULER.start(original.schedule(), 5));
    assertSays(
        "DpmSolverMultistepScheduler cannot begin at a later step",
        () -> probe.requireFits(Scheduler.Kind.DPMPP_2M.start(original.schedule(), 5)));
    assertSays(
        "strength: 0.4 of 2 steps is none",
        () -> probe.requireFits(Scheduler.Kind.EULER.start(original.schedule(), 2)));
    Completion.DEFAULT.requireFits(Scheduler.Kind.DPMPP_2M.start(original.schedule(), 5));
  }
}
