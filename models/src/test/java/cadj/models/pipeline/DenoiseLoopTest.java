package cadj.models.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage.Progress;
import cadj.models.pipeline.TextToImage.Settings;
import cadj.models.scheduler.Configs;
import cadj.models.scheduler.NoiseLevel;
import cadj.models.scheduler.PredictionType;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.Scheduler.Kind;
import cadj.models.scheduler.Scheduler.Noise;
import cadj.models.scheduler.SchedulerConfig;
import cadj.tensor.Tensor;
import cadj.tensor.golden.Golden;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The denoising loop against loops over single numbers in double precision, each sampler's
/// formulas written anew from its paper, for a made-up denoiser that is one formula too.
final class DenoiseLoopTest {
  private static final double TOLERANCE = 1e-5;
  private static final int STEPS = 7;
  private static final int TRAIN = 1000;
  private static final Shape LATENTS = Shape.of(2, 4, 3, 5);
  private static final String BETAS =
      "\"beta_schedule\": \"scaled_linear\", \"beta_start\": 0.00085, \"beta_end\": 0.012, ";

  /// What a text is to the made-up denoiser, the prompts' and the negative ones'.
  private static final float[] PROMPTS = {0.7f, -0.4f};

  private static final float[] NEGATIVES = {0.1f, 0.25f};

  /// [N,1,1]
  private static Conditioning texts(float... values) {
    return Conditioning.of(Tensor.of(values, values.length, 1, 1));
  }

  private static double formula(double x, double t, double text) {
    return Math.sin(1.3 * x + text) - 0.4 * x * t / TRAIN;
  }

  private record MadeUp(PredictionType predictionType) implements Denoiser {
    @Override
    public Tensor forward(Tensor latents, float[] timesteps, Conditioning conditioning) {
      float[] x = latents.toFloats();
      float[] text = conditioning.text().toFloats();
      float[] out = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        int sample = i / (x.length / timesteps.length);
        out[i] = (float) formula(x[i], timesteps[sample], text[sample]);
      }
      return Tensor.of(out, latents.shape().toArray());
    }

    @Override
    public LatentForm latentForm() {
      return new LatentForm(4, 4, 4);
    }

    @Override
    public SequencedMap<String, Tensor> parameters() {
      return new LinkedHashMap<>();
    }

    @Override
    public Denoiser with(Map<String, Tensor> parameters) {
      return this;
    }

    @Override
    public boolean isSite(Sites sites, String name, int rank) {
      return false;
    }

    @Override
    public int heads(String parameter) {
      return 0;
    }

    @Override
    public List<String> crossAttentions() {
      return List.of();
    }
  }

  /// ᾱ of the scaled linear schedule.
  private static double[] alphas() {
    double[] out = new double[TRAIN];
    double product = 1;
    for (int t = 0; t < TRAIN; t++) {
      double from = Math.sqrt(0.00085);
      double root = from + (Math.sqrt(0.012) - from) * t / (TRAIN - 1);
      product *= 1 - root * root;
      out[t] = product;
    }
    return out;
  }

  private static double sigma(double alpha) {
    return Math.sqrt((1 - alpha) / alpha);
  }

  /// uncond + s·(text − uncond); without guidance the text's alone.
  private static double guided(double x, double t, int sample, double scale) {
    double text = formula(x, t, PROMPTS[sample]);
    double uncond = formula(x, t, NEGATIVES[sample]);
    return scale <= 1 ? text : uncond + scale * (text - uncond);
  }

  /// Song et al. eq. 12 for v: x₀ = √ᾱ·x − √(1−ᾱ)·v, ε = √ᾱ·v + √(1−ᾱ)·x.
  private static double ddim(double start, int sample, double scale) {
    double[] alphas = alphas();
    double x = start;
    for (int i = 0; i < STEPS; i++) {
      int t = (STEPS - 1 - i) * (TRAIN / STEPS) + 1;
      double alpha = alphas[t];
      double before = t - TRAIN / STEPS;
      double alphaPrev = before < 0 ? alphas[0] : alphas[(int) before];
      double v = guided(x, t, sample, scale);
      double x0 = Math.sqrt(alpha) * x - Math.sqrt(1 - alpha) * v;
      double epsilon = Math.sqrt(alpha) * v + Math.sqrt(1 - alpha) * x;
      x = Math.sqrt(alphaPrev) * x0 + Math.sqrt(1 - alphaPrev) * epsilon;
    }
    return x;
  }

  /// σ at the `i`-th of evenly spaced time steps from the last to the first, between which it is
  /// linear; 0 at the end.
  private static double spacedSigma(int i) {
    if (i == STEPS) {
      return 0;
    }
    double[] alphas = alphas();
    double t = spaced(i);
    int below = (int) Math.min(Math.floor(t), TRAIN - 2);
    double low = sigma(alphas[below]);
    return low + (t - below) * (sigma(alphas[below + 1]) - low);
  }

  private static double spaced(int i) {
    return (double) (STEPS - 1 - i) * (TRAIN - 1) / (STEPS - 1);
  }

  /// Euler's method on dx/dσ = (x − x₀)/σ, for v: x₀ = x/(σ²+1) − σ/√(σ²+1)·v.
  private static double euler(double start, int sample, double scale) {
    double x = start * spacedSigma(0);
    for (int i = 0; i < STEPS; i++) {
      double s = spacedSigma(i);
      double v = guided(x / Math.sqrt(s * s + 1), spaced(i), sample, scale);
      double x0 = x / (s * s + 1) - s / Math.sqrt(s * s + 1) * v;
      x += (x - x0) / s * (spacedSigma(i + 1) - s);
    }
    return x;
  }

  /// Down to σ_down, and up again with noise; `noise[i]` is that of the `i`-th step.
  private static double ancestral(double start, double[] noise, int sample, double scale) {
    double x = start * spacedSigma(0);
    for (int i = 0; i < STEPS; i++) {
      double from = spacedSigma(i);
      double to = spacedSigma(i + 1);
      double up = Math.sqrt(to * to * (from * from - to * to) / (from * from));
      double epsilon = guided(x / Math.sqrt(from * from + 1), spaced(i), sample, scale);
      x += (Math.sqrt(to * to - up * up) - from) * epsilon + up * noise[i];
    }
    return x;
  }

  /// PLMS: the second time step twice, then Adams-Bashforth of v, which becomes ε only then.
  private static double pndm(double start, int sample, double scale) {
    double[] alphas = alphas();
    int stride = TRAIN / STEPS;
    List<Double> v = new ArrayList<>();
    double x = start;
    for (int step = 0; step < STEPS; step++) {
      int t = (STEPS - 1 - step) * stride + 1;
      v.addFirst(guided(x, t, sample, scale));
      if (step == 0) {
        double tried = transfer(alphas, t, t - stride, x, v.getFirst());
        double there = guided(tried, t - stride, sample, scale);
        x = transfer(alphas, t, t - stride, x, (v.getFirst() + there) / 2);
        continue;
      }
      double mean =
          switch (step) {
            case 1 -> (3 * v.get(0) - v.get(1)) / 2;
            case 2 -> (23 * v.get(0) - 16 * v.get(1) + 5 * v.get(2)) / 12;
            default -> (55 * v.get(0) - 59 * v.get(1) + 37 * v.get(2) - 9 * v.get(3)) / 24;
          };
      x = transfer(alphas, t, t - stride, x, mean);
    }
    return x;
  }

  /// Liu et al. eq. 11 is DDIM's step, written for ε = √ᾱ·v + √(1−ᾱ)·x.
  private static double transfer(double[] alphas, int t, int to, double x, double v) {
    double alpha = alphas[t];
    double alphaTo = to < 0 ? alphas[0] : alphas[to];
    double epsilon = Math.sqrt(alpha) * v + Math.sqrt(1 - alpha) * x;
    double x0 = (x - Math.sqrt(1 - alpha) * epsilon) / Math.sqrt(alpha);
    return Math.sqrt(alphaTo) * x0 + Math.sqrt(1 - alphaTo) * epsilon;
  }

  /// The first of one time step more, from the last to the first.
  private static int[] multistepTimesteps() {
    int[] out = new int[STEPS];
    for (int i = 0; i < STEPS; i++) {
      out[i] = (int) Math.round((double) (STEPS - i) * (TRAIN - 1) / STEPS);
    }
    return out;
  }

  /// Evenly between the seventh roots of the largest and the smallest σ; 0 at the end.
  private static double karrasSigma(int i) {
    if (i == STEPS) {
      return 0;
    }
    double[] alphas = alphas();
    double high = Math.pow(sigma(alphas[TRAIN - 1]), 1 / 7.0);
    double low = Math.pow(sigma(alphas[0]), 1 / 7.0);
    return Math.pow(high + (low - high) * i / (STEPS - 1), 7);
  }

  /// The time step whose σ is nearest, by the logarithm.
  private static int nearest(double sigma) {
    double[] alphas = alphas();
    int best = 0;
    for (int t = 0; t < TRAIN; t++) {
      if (Math.abs(Math.log(sigma(alphas[t]) / sigma))
          < Math.abs(Math.log(sigma(alphas[best]) / sigma))) {
        best = t;
      }
    }
    return best;
  }

  /// Lu et al. 2022, algorithm 2, for x/α and v, in σ = exp(−λ): x/α moves towards x₀, extrapolated
  /// from the last two, by the share that σ loses. The first and the last step know one x₀ only.
  private static double dpm(double start, int sample, double scale, int @Nullable [] timesteps) {
    double[] alphas = alphas();
    double x = start;
    double last = 0;
    for (int i = 0; i < STEPS; i++) {
      double s = timesteps == null ? karrasSigma(i) : sigma(alphas[timesteps[i]]);
      int t = timesteps == null ? nearest(s) : timesteps[i];
      double to =
          i + 1 == STEPS
              ? 0
              : timesteps == null ? karrasSigma(i + 1) : sigma(alphas[timesteps[i + 1]]);
      double norm = Math.hypot(1, s);
      double x0 = x / norm - s / norm * guided(x, t, sample, scale);
      double ahead = x0;
      if (i > 0 && i + 1 < STEPS) {
        double before = timesteps == null ? karrasSigma(i - 1) : sigma(alphas[timesteps[i - 1]]);
        double r = Math.log(before / s) / Math.log(s / to);
        ahead = x0 + (x0 - last) / (2 * r);
      }
      x = (ahead + (x * norm - ahead) * to / s) / Math.hypot(1, to);
      last = x0;
    }
    return x;
  }

  /// UniPC of order 3 for ε as it is defined, by integrals: x/α is moved by the polynomial through
  /// the x₀ of the last calls, integrated exactly with ∫ e^λ dλ. So for bh2 without the two places
  /// where diffusers takes ½ in place of the exact weight, which are put in.
  private static double uniPc(double start, int sample, double scale) {
    double[] alphas = alphas();
    int[] timesteps = multistepTimesteps();
    double[] sigmas = new double[STEPS + 1];
    for (int i = 0; i < STEPS; i++) {
      sigmas[i] = sigma(alphas[timesteps[i]]);
    }
    double[] x0 = new double[STEPS];
    double x = start;
    double corrected = start;
    for (int i = 0; i < STEPS; i++) {
      double norm = Math.hypot(1, sigmas[i]);
      double epsilon = guided(x, timesteps[i], sample, scale);
      x0[i] = norm * x - sigmas[i] * epsilon;
      if (i > 0) {
        int order = Math.min(Math.min(3, i), STEPS - i + 1);
        int[] nodes = new int[order + 1];
        for (int k = 0; k <= order; k++) {
          nodes[k] = i - k;
        }
        corrected = moved(corrected, sigmas, x0, i - 1, nodes, order == 1);
      } else {
        corrected = x;
      }
      int order = Math.min(Math.min(3, i + 1), STEPS - i);
      int[] nodes = new int[order];
      for (int k = 0; k < order; k++) {
        nodes[k] = i - k;
      }
      x = moved(corrected, sigmas, x0, i, nodes, order == 2);
    }
    return x;
  }

  /// From σ of `from` to the next with x₀ as the polynomial in λ through those of `nodes`; with two
  /// nodes and `half`, by half their slope in place of its integral.
  private static double moved(
      double x, double[] sigmas, double[] x0, int from, int[] nodes, boolean half) {
    double s = sigmas[from];
    double to = sigmas[from + 1];
    double scaled = x * Math.hypot(1, s);
    double norm = Math.hypot(1, to);
    if (to == 0) {
      return x0[from];
    }
    double h = Math.log(s / to);
    if (half) {
      int other = nodes[0] == from ? nodes[1] : nodes[0];
      double r = Math.log(s / sigmas[other]) / h;
      double ahead = x0[from] + (x0[other] - x0[from]) / r / 2;
      return (ahead + (scaled - ahead) * to / s) / norm;
    }
    // d(x/α)/dλ·e^λ: ∫ e^(λ−λ')·x₀(λ) dλ over the step, by Simpson's rule of many points
    int points = 2000;
    double integral = 0;
    for (int j = 0; j <= points; j++) {
      double u = h * j / points;
      double weight = j == 0 || j == points ? 1 : j % 2 == 1 ? 4 : 2;
      double value = 0;
      for (int a : nodes) {
        double basis = 1;
        for (int b : nodes) {
          if (a != b) {
            basis *= (u - Math.log(s / sigmas[b])) / Math.log(sigmas[b] / sigmas[a]);
          }
        }
        value += basis * x0[a];
      }
      integral += weight * h / points / 3 * Math.exp(u - h) * value;
    }
    return (scaled * to / s + integral) / norm;
  }

  /// Luo et al. 2023, algorithm 1, from 50 time steps, for v; `noise[i]` is that after the `i`-th
  /// call.
  private static double lcm(double start, double[] noise, int sample, double scale) {
    double[] alphas = alphas();
    double x = start;
    for (int i = 0; i < STEPS; i++) {
      int t = lcmTimestep(i);
      double v = guided(x, t, sample, scale);
      double x0 = Math.sqrt(alphas[t]) * x - Math.sqrt(1 - alphas[t]) * v;
      double s = 10.0 * t;
      double denoised = s / Math.sqrt(s * s + 0.25) * x0 + 0.25 / (s * s + 0.25) * x;
      if (i + 1 == STEPS) {
        return denoised;
      }
      double next = alphas[lcmTimestep(i + 1)];
      x = Math.sqrt(next) * denoised + Math.sqrt(1 - next) * noise[i];
    }
    throw new AssertionError();
  }

  private static int lcmTimestep(int i) {
    return 20 * (50 - 50 * i / STEPS) - 1;
  }

  /// dx/dσ = v, σ from 1 to 0 shifted by 3.
  private static double flow(double start, int sample, double scale) {
    double x = start;
    for (int i = 0; i < STEPS; i++) {
      x += (flowSigma(i + 1) - flowSigma(i)) * guided(x, TRAIN * flowSigma(i), sample, scale);
    }
    return x;
  }

  private static double flowSigma(int i) {
    if (i == STEPS) {
      return 0;
    }
    double smallest = shifted(1.0 / TRAIN);
    return shifted(1 + (smallest - 1) * i / (STEPS - 1));
  }

  private static double shifted(double sigma) {
    return 3 * sigma / (1 + 2 * sigma);
  }

  private static SchedulerConfig config(Kind kind) {
    return Configs.of(
        "{"
            + switch (kind) {
              case DDIM ->
                  BETAS
                      + "\"prediction_type\": \"v_prediction\", \"steps_offset\": 1,"
                      + " \"clip_sample\": false, \"set_alpha_to_one\": false";
              case PNDM ->
                  BETAS
                      + "\"prediction_type\": \"v_prediction\", \"steps_offset\": 1,"
                      + " \"skip_prk_steps\": true";
              case EULER, DPMPP_2M, DPMPP_2M_KARRAS, LCM ->
                  BETAS + "\"prediction_type\": \"v_prediction\"";
              case UNIPC -> BETAS + "\"solver_order\": 3";
              case EULER_ANCESTRAL -> BETAS + "\"prediction_type\": \"epsilon\"";
              case FLOW_MATCH_EULER ->
                  "\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 3";
            }
            + "}");
  }

  @ParameterizedTest
  @CsvSource({
    "DDIM, 4",
    "PNDM, 4",
    "EULER, 4",
    "EULER_ANCESTRAL, 4",
    "DPMPP_2M, 4",
    "DPMPP_2M_KARRAS, 4",
    "UNIPC, 4",
    "LCM, 4",
    "FLOW_MATCH_EULER, 4",
    "DDIM, 1",
    "EULER, 1",
    "EULER_ANCESTRAL, 0.5"
  })
  void denoisesAsPlainLoops(Kind kind, double scale) {
    Tensor start = TextToImage.noise(LATENTS, new TorchGenerator(11));
    List<Tensor> drawn = new ArrayList<>();
    TorchGenerator generator = new TorchGenerator(12);
    Noise noise =
        latents -> {
          assertEquals(LATENTS, latents.shape());
          float[] values = TextToImage.noise(LATENTS, generator).toFloats();
          drawn.add(Tensor.of(values, LATENTS.toArray()));
          return Tensor.of(values, LATENTS.toArray());
        };
    Tensor actual =
        model(kind)
            .denoise(
                start,
                texts(PROMPTS),
                texts(NEGATIVES),
                new Settings(STEPS, scale, kind),
                noise,
                Progress.NONE);
    assertEquals(
        switch (kind) {
          case EULER_ANCESTRAL -> STEPS;
          case LCM -> STEPS - 1;
          default -> 0;
        },
        drawn.size());

    float[] from = start.toFloats();
    float[] expected = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      int sample = i / (from.length / PROMPTS.length);
      int element = i;
      expected[i] =
          (float)
              switch (kind) {
                case DDIM -> ddim(from[i], sample, scale);
                case PNDM -> pndm(from[i], sample, scale);
                case EULER -> euler(from[i], sample, scale);
                case EULER_ANCESTRAL ->
                    ancestral(
                        from[i],
                        drawn.stream().mapToDouble(draw -> draw.toFloats()[element]).toArray(),
                        sample,
                        scale);
                case DPMPP_2M -> dpm(from[i], sample, scale, multistepTimesteps());
                case DPMPP_2M_KARRAS -> dpm(from[i], sample, scale, null);
                case UNIPC -> uniPc(from[i], sample, scale);
                case LCM ->
                    lcm(
                        from[i],
                        drawn.stream().mapToDouble(draw -> draw.toFloats()[element]).toArray(),
                        sample,
                        scale);
                case FLOW_MATCH_EULER -> flow(from[i], sample, scale);
              };
    }
    Golden.assertClose(kind.name(), Tensor.of(expected, LATENTS.toArray()), actual, TOLERANCE);
  }

  /// What each sampler says about the noise in the denoiser's input.
  @Test
  void levels() {
    double[] alphas = alphas();
    for (Kind kind : Kind.values()) {
      Scheduler run = kind.start(config(kind), STEPS);
      for (int i = 0; i < run.timesteps().length; i++) {
        NoiseLevel level = run.level(i);
        double t = run.timesteps()[i];
        double expected =
            switch (kind) {
              case DDIM, PNDM, DPMPP_2M, UNIPC, LCM -> sigma(alphas[(int) t]);
              case DPMPP_2M_KARRAS -> karrasSigma(i);
              case EULER, EULER_ANCESTRAL -> spacedSigma(i);
              case FLOW_MATCH_EULER -> flowSigma(i) / (1 - flowSigma(i));
            };
        if (Double.isInfinite(expected)) {
          assertEquals(0, level.signal());
        } else {
          assertEquals(expected, level.noise() / level.signal(), 1e-4 * expected, kind + " " + i);
        }
        double sum =
            kind == Kind.FLOW_MATCH_EULER
                ? level.signal() + level.noise()
                : level.signal() * level.signal() + level.noise() * level.noise();
        assertEquals(1, sum, 1e-6, kind + " " + i);
      }
    }
  }

  /// Draws what is decoded from the plain loop's latents, with the text encoder's own texts.
  @Test
  void drawsWhatItDenoises() {
    TextToImage fashion = TextToImage.load(ModelFiles.open("fashion"));
    List<String> prompts = List.of("a photo of a bag", "a neon sign");
    List<String> negative = List.of("a coat", "");
    Settings settings = new Settings(3, 5, Kind.EULER_ANCESTRAL);
    Tensor start = TextToImage.noise(fashion.latentShape(2), new TorchGenerator(4));
    List<String> told = new ArrayList<>();
    Tensor drawn =
        fashion.draw(
            prompts,
            negative,
            start,
            settings,
            noise(5),
            (done, all) -> told.add(done + "/" + all));
    Tensor latents =
        fashion.denoise(
            start,
            fashion.text().encode(prompts, 32, 32),
            fashion.text().encode(negative, 32, 32),
            settings,
            noise(5),
            Progress.NONE);
    Golden.assertExact("drawn", fashion.decode(latents), drawn);
    assertEquals(List.of("1/3", "2/3", "3/3"), told);
    Tensor other = fashion.draw(prompts, negative, start, settings, noise(6), Progress.NONE);
    assertTrue(largestDifference(drawn, other) > 1e-2, "another noise, the same picture");
  }

  private static Noise noise(int seed) {
    TorchGenerator generator = new TorchGenerator(seed);
    return latents -> TextToImage.noise(latents.shape(), generator);
  }

  private static double largestDifference(Tensor a, Tensor b) {
    double[] x = a.toDoubles();
    double[] y = b.toDoubles();
    double largest = 0;
    for (int i = 0; i < x.length; i++) {
      largest = Math.max(largest, Math.abs(x[i] - y[i]));
    }
    return largest;
  }

  private static TextToImage model(Kind kind) {
    TextToImage fashion = TextToImage.load(ModelFiles.open("fashion"));
    SchedulerConfig config = config(kind);
    return new TextToImage(
        fashion.text(), new MadeUp(config.predictionType()), fashion.vae(), config);
  }
}
