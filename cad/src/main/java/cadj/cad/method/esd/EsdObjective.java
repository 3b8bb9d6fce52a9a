package cadj.cad.method.esd;

import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.MseLoss.mseLoss;
import static cadj.autograd.ops.Sub.sub;

import cadj.autograd.graph.Tape;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// What ESD minimises, as its repository has it (rohitgandikota/erasing 25613d27): that the trained
/// model Φ_w, asked for `from`, predicts what the frozen model Φ does, less what the concept c adds
/// to that:
///
/// ```
/// target = Φ(x_t, from, t) − η·(Φ(x_t, c, t) − Φ(x_t, "", t))
/// L      = mean (Φ_w(x_t, from, t) − target)²
/// ```
///
/// `from` is c unless the concept is to go from within another ("a bicycle in the rain"). The
/// paper's equation 7 starts from Φ(x_t, "", t) instead; with from = c this target is that one with
/// η − 1.
///
/// What a denoiser predicts, noise or velocity, is compared as it is.
///
/// @param frozen Φ
/// @param concept c
/// @param empty conditioning for the empty prompt, as long as `concept` and `from`
/// @param negativeGuidance η
record EsdObjective(
    Denoiser frozen,
    Conditioning concept,
    Conditioning from,
    Conditioning empty,
    double negativeGuidance) {
  /// The target at x_t, without a tape.
  Tensor target(Tensor latents, double timestep) {
    return Tape.noGrad(
        () ->
            Scope.keep(
                "esd target",
                () -> {
                  Tensor with = frozen.forward(latents, timestep, concept);
                  Tensor without = frozen.forward(latents, timestep, empty);
                  Tensor start =
                      from.equals(concept) ? with : frozen.forward(latents, timestep, from);
                  return sub(start, scale(sub(with, without), (float) negativeGuidance));
                }));
  }

  /// L, one element.
  Tensor loss(Denoiser trained, EsdPoint point) {
    return mseLoss(trained.forward(point.latents(), point.timestep(), from), point.target());
  }
}
