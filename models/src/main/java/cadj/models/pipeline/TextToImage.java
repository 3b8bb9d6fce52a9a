package cadj.models.pipeline;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Tape;
import cadj.autograd.ops.Cat;
import cadj.kernels.device.F32;
import cadj.kernels.random.Generator;
import cadj.models.denoiser.CapturedDenoiser;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.ModelFiles;
import cadj.models.scheduler.Scheduler;
import cadj.models.scheduler.SchedulerConfig;
import cadj.models.vae.AutoencoderKL;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Text-to-image generation as diffusers' Stable Diffusion pipelines do it: encode prompts, denoise
/// with classifier-free guidance, decode.
///
/// @param schedule noise schedule of the training, and the sampler that the folder names
public record TextToImage(
    TextEncoder text, Denoiser denoiser, AutoencoderKL vae, SchedulerConfig schedule) {

  /// Latents of one pass through the denoiser hold about this many values: more pictures at a time
  /// do not go faster, only take more memory.
  private static final int LATENTS_PER_PASS = 16_384;

  public static TextToImage load(ModelFiles folder) {
    TextEncoder text = TextEncoder.load(folder);
    AutoencoderKL vae = folder.vae();
    Denoiser denoiser =
        folder.denoiser(text.width(), text.pooledWidth(), vae.config().latentChannels());
    return new TextToImage(text, denoiser, vae, folder.schedule());
  }

  /// The same with another denoiser.
  public TextToImage withDenoiser(Denoiser other) {
    return new TextToImage(text, other, vae, schedule);
  }

  /// The denoiser's parameters, then the text encoders' behind the names of their parts.
  public SequencedMap<String, Tensor> parameters() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>(denoiser.parameters());
    out.putAll(text.parameters());
    return out;
  }

  /// The same with these parameters, which must have the names and shapes of [#parameters].
  public TextToImage with(Map<String, Tensor> parameters) {
    Map<String, Tensor> others = new LinkedHashMap<>(parameters);
    others.keySet().removeIf(TextEncoder::isParameter);
    return new TextToImage(text.with(parameters), denoiser.with(others), vae, schedule);
  }

  /// @param steps of the sampler
  /// @param guidance scale of classifier-free guidance
  /// @param scheduler the sampler
  /// @param guidanceRescale how much of the guided prediction's excess is taken back ([Guidance])
  /// @param skipLayers skip-layer guidance, or null for none
  public record Settings(
      int steps,
      double guidance,
      Scheduler.Kind scheduler,
      double guidanceRescale,
      @Nullable SkipLayers skipLayers) {
    /// Without skip-layer guidance.
    public Settings(int steps, double guidance, Scheduler.Kind scheduler, double guidanceRescale) {
      this(steps, guidance, scheduler, guidanceRescale, null);
    }

    /// Without rescaling.
    public Settings(int steps, double guidance, Scheduler.Kind scheduler) {
      this(steps, guidance, scheduler, 0);
    }
  }

  /// Called after each call of the denoiser.
  @FunctionalInterface
  public interface Progress {
    Progress NONE = (done, total) -> {};

    void step(int done, int total);
  }

  /// Shape of start noise for `count` pictures of the size that the model was trained on.
  public Shape latentShape(int count) {
    return denoiser.latentForm().shape(count);
  }

  /// Noise as `torch.randn(shape, generator=generator)` draws it.
  public static Tensor noise(Shape shape, Generator generator) {
    float[] values = new float[shape.elements()];
    generator.randn(F32.of(values));
    return Tensor.of(values, shape.toArray());
  }

  /// Pictures [N,3,H,W] in [−1, 1], not clamped, of `prompts` from start noise [N,C,h,w].
  ///
  /// @param negative negative prompts, as many as prompts; null for none
  /// @param latents standard normal
  /// @param noise for samplers that add noise at their steps; where pictures are too many for one
  ///   pass, it is drawn for all steps of one pass, then for those of the next
  public Tensor draw(
      List<String> prompts,
      @Nullable List<String> negative,
      Tensor latents,
      Settings settings,
      Scheduler.Noise noise,
      Progress progress) {
    int n = prompts.size();
    require(
        n > 0 && latents.dim(0) == n && (negative == null || negative.size() == n),
        "draw: expected as many latents and negative prompts as prompts, %d, got latents %s",
        n,
        latents.shape());
    int perPass = picturesPerPass(latents.shape());
    int passes = Math.ceilDiv(n, perPass);
    return Scope.keep(
        "draw",
        () -> {
          List<Tensor> pictures = new ArrayList<>();
          for (int pass = 0; pass < passes; pass++) {
            int from = pass * perPass;
            int to = Math.min(n, from + perPass);
            int before = pass;
            pictures.add(
                drawTogether(
                    prompts.subList(from, to),
                    negative == null ? null : negative.subList(from, to),
                    latents.slice(0, from, to),
                    settings,
                    noise,
                    (done, total) -> progress.step(before * total + done, passes * total)));
          }
          return Cat.cat(0, pictures.toArray(Tensor[]::new));
        });
  }

  /// How many of the pictures of latents [N,C,h,w] are drawn together.
  public static int picturesPerPass(Shape latents) {
    int most = Math.max(1, LATENTS_PER_PASS / Math.max(1, latents.with(0, 1).elements()));
    return Math.min(most, latents.dim(0));
  }

  private Tensor drawTogether(
      List<String> prompts,
      @Nullable List<String> negative,
      Tensor latents,
      Settings settings,
      Scheduler.Noise noise,
      Progress progress) {
    return Scope.keep(
        "draw together",
        () -> {
          int height = latents.dim(2) * vae.config().downsampleFactor();
          int width = latents.dim(3) * vae.config().downsampleFactor();
          Conditioning alone =
              finite("the prompt's embedding", () -> text.encode(prompts, height, width));
          Conditioning against =
              finite(
                  "the negative prompt's embedding",
                  () -> text.encodeNegative(negative, alone, height, width));
          Conditioning prompt = text.lengthened(alone, against);
          return decode(denoise(latents, prompt, against, settings, noise, progress));
        });
  }

  /// Embeddings of texts, which must be numbers.
  private Conditioning finite(String what, Supplier<Conditioning> encode) {
    Conditioning encoded = encode.get();
    FiniteValues values = new FiniteValues(text.weights());
    values.require(encoded.text(), what, "", encode);
    if (encoded.pooled() != null) {
      values.require(encoded.pooled(), what, "", encode);
    }
    return encoded;
  }

  /// Guided denoising from start noise to clean latents.
  ///
  /// @throws NonFiniteException if the start noise, a prediction or the latents after a step are
  ///   not all numbers
  public Tensor denoise(
      Tensor latents,
      Conditioning prompt,
      Conditioning negative,
      Settings settings,
      Scheduler.Noise noise,
      Progress progress) {
    return denoise(new NoiseStart(latents), prompt, negative, settings, noise, progress);
  }

  /// The same from another start.
  public Tensor denoise(
      Start start,
      Conditioning prompt,
      Conditioning negative,
      Settings settings,
      Scheduler.Noise noise,
      Progress progress) {
    return Scope.keep(
        "denoise",
        () -> {
          try (CapturedDenoiser captured = new CapturedDenoiser(denoiser)) {
            Guidance guidance = new Guidance(captured, prompt, negative, settings);
            return denoise(start, guidance, settings, noise, progress);
          }
        });
  }

  private Tensor denoise(
      Start start, Guidance guidance, Settings settings, Scheduler.Noise noise, Progress progress) {
    Scheduler run = settings.scheduler().start(schedule, settings.steps());
    int calls = run.timesteps().length;
    int first = start.first(run);
    FiniteValues values = FiniteValues.of("denoiser", denoiser.parameters());
    Tensor x = start.held(run, first, start.latents(run));
    for (int i = first; i < calls; i++) {
      int index = i;
      Tensor before = x;
      String when = "at step %d of %d".formatted(i + 1, calls);
      Tensor output = prediction(guidance, run, i, x);
      values.require(
          output, "the prediction", when, () -> prediction(guidance, run, index, before));
      x = run.step(i, output, x, noise);
      FiniteValues.require(x, "the latents", when);
      x = start.held(run, i + 1, x);
      progress.step(i + 1 - first, calls - first);
    }
    return x;
  }

  private static Tensor prediction(Guidance guidance, Scheduler run, int index, Tensor latents) {
    return Scope.keep(
        "prediction",
        () -> guidance.predict(run.scaleModelInput(index, latents), run.timesteps()[index], index));
  }

  /// Clean latents to pictures in [−1, 1], not clamped.
  ///
  /// @throws NonFiniteException if the pictures are not all numbers
  public Tensor decode(Tensor latents) {
    return Tape.noGrad(
        () -> {
          Tensor unscaled = vae.unscaled(latents);
          Tensor pictures = vae.decode(unscaled);
          FiniteValues.of("vae", vae.parameters())
              .require(pictures, "the picture", "", () -> vae.decode(unscaled));
          return pictures;
        });
  }

  /// Pictures in [−1, 1] to latents, with `noise` of the latents' shape: the posterior's sample,
  /// scaled.
  public Tensor encode(Tensor pictures, Tensor noise) {
    return Tape.noGrad(
        () -> Scope.keep("encode", () -> vae.scaled(vae.encode(pictures).sample(noise))));
  }
}
