package cadj.models.pipeline;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Slice.slice;
import static cadj.autograd.ops.Sub.sub;

import cadj.autograd.graph.Tape;
import cadj.autograd.ops.Cat;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// Classifier-free guidance, Ho & Salimans 2022 (arXiv:2207.12598): uncond + s·(text − uncond).
///
/// The two predictions are one batch, [negative, prompt]. A scale of at most 1 means no guidance:
/// the negative prompt is not used.
public final class Guidance {
  private final Denoiser denoiser;
  private final Conditioning both;
  private final float scale;

  public Guidance(Denoiser denoiser, Conditioning prompt, Conditioning negative, double scale) {
    this.denoiser = denoiser;
    this.scale = (float) scale;
    this.both = isOn(scale) ? negative.then(prompt) : prompt;
  }

  /// The guided prediction for `latents` [N,C,h,w] at time step `t`, without a tape.
  public Tensor predict(Tensor latents, double t) {
    return Tape.noGrad(() -> Scope.keep("denoise at " + t, () -> guided(latents, t)));
  }

  private Tensor guided(Tensor latents, double t) {
    if (!isOn(scale)) {
      return denoiser.forward(latents, t, both);
    }
    int n = latents.dim(0);
    Tensor out = denoiser.forward(Cat.cat(0, latents, latents), t, both);
    Tensor uncond = slice(out, 0, 0, n);
    Tensor text = slice(out, 0, n, 2 * n);
    return guided(uncond, text, scale);
  }

  /// Whether a scale means guidance at all.
  public static boolean isOn(double scale) {
    return scale > 1;
  }

  /// uncond + scale·(text − uncond)
  public static Tensor guided(Tensor uncond, Tensor text, double scale) {
    return add(uncond, scale(sub(text, uncond), (float) scale));
  }
}
