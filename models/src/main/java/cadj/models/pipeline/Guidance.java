package cadj.models.pipeline;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Mul.mul;
import static cadj.autograd.ops.Slice.slice;
import static cadj.autograd.ops.Sub.sub;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Tape;
import cadj.autograd.ops.Cat;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Classifier-free guidance, Ho & Salimans 2022 (arXiv:2207.12598): uncond + s·(text − uncond).
///
/// The two predictions are one batch, [negative, prompt]. A scale of at most 1 means no guidance:
/// the negative prompt is not used.
///
/// Strong guidance makes predictions larger than the model's own, and pictures overexposed. Part of
/// that, `rescale` from 0 to 1, can be taken back, Lin et al. 2023 (arXiv:2305.08891), section 3.4:
///
/// ```
/// guided·(rescale·std(text)/std(guided) + 1 − rescale),   std over a sample, with n − 1
/// ```
///
/// What Stable Diffusion 3.5 may be guided away from besides: [SkipLayers].
public final class Guidance {
  private final Denoiser denoiser;
  private final Conditioning prompt;
  private final Conditioning both;
  private final TextToImage.Settings settings;

  /// The denoiser without the blocks that are skipped, or null if none are.
  private final @Nullable Denoiser without;

  private final float scale;
  private final double rescale;

  /// Without rescaling or skipped layers.
  public Guidance(Denoiser denoiser, Conditioning prompt, Conditioning negative, double scale) {
    this(denoiser, prompt, negative, new TextToImage.Settings(1, scale, Scheduler.Kind.DDIM));
  }

  /// @param settings of a run, whose sampler is not asked
  public Guidance(
      Denoiser denoiser,
      Conditioning prompt,
      Conditioning negative,
      TextToImage.Settings settings) {
    this.denoiser = denoiser;
    this.prompt = prompt;
    this.settings = settings;
    scale = (float) settings.guidance();
    rescale = settings.guidanceRescale();
    require(rescale >= 0 && rescale <= 1, "guidance rescale: expected 0 to 1, got %s", rescale);
    both = isOn(scale) ? negative.then(prompt) : prompt;
    require(
        settings.skipLayers() == null || isOn(scale),
        "skip layers: they are part of guidance, which needs a scale above 1, got %s",
        settings.guidance());
    SkipLayers skip = settings.skipLayers();
    without = skip == null ? null : denoiser.withoutBlocks(skip.blocks());
  }

  /// The guided prediction for `latents` [N,C,h,w] at time step `t`, without a tape.
  ///
  /// @param step which of the run's steps it is, counted from 0
  public Tensor predict(Tensor latents, double t, int step) {
    return Tape.noGrad(() -> Scope.keep("denoise at " + t, () -> guided(latents, t, step)));
  }

  private Tensor guided(Tensor latents, double t, int step) {
    if (!isOn(scale)) {
      return denoiser.forward(latents, t, both);
    }
    int n = latents.dim(0);
    Tensor out = denoiser.forward(Cat.cat(0, latents, latents), t, both);
    Tensor uncond = slice(out, 0, 0, n);
    Tensor text = slice(out, 0, n, 2 * n);
    Tensor guided = guided(uncond, text, scale);
    SkipLayers skip = settings.skipLayers();
    if (skip != null && without != null && skip.isOn(step, settings.steps())) {
      Tensor less = without.forward(latents, t, prompt);
      guided = add(guided, scale(sub(text, less), (float) skip.scale()));
    }
    return rescale == 0 ? guided : rescaled(guided, text, rescale);
  }

  /// Whether a scale means guidance at all.
  public static boolean isOn(double scale) {
    return scale > 1;
  }

  /// uncond + scale·(text − uncond)
  public static Tensor guided(Tensor uncond, Tensor text, double scale) {
    return add(uncond, scale(sub(text, uncond), (float) scale));
  }

  /// Each sample of `guided` [N,…] scaled towards the standard deviation of its `text`.
  static Tensor rescaled(Tensor guided, Tensor text, double rescale) {
    int n = guided.dim(0);
    float[] factors = new float[n];
    for (int i = 0; i < n; i++) {
      double ratio =
          standardDeviation(text.slice(0, i, i + 1).toFloats())
              / standardDeviation(guided.slice(0, i, i + 1).toFloats());
      factors[i] = (float) (rescale * ratio + 1 - rescale);
    }
    int[] broadcast = new int[guided.rank()];
    Arrays.fill(broadcast, 1);
    broadcast[0] = n;
    return mul(guided, Tensor.of(factors, broadcast));
  }

  private static double standardDeviation(float... values) {
    double mean = 0;
    for (float value : values) {
      mean += value;
    }
    mean /= values.length;
    double sum = 0;
    for (float value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / (values.length - 1));
  }
}
