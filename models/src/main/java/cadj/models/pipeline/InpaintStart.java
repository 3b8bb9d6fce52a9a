package cadj.models.pipeline;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Affine.affine;
import static cadj.autograd.ops.Affine.scale;
import static cadj.autograd.ops.Mul.mul;

import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;

/// Inpainting with a model that was not trained for it: before each call, what is known of the
/// latents is replaced by the pictures' with that call's noise, after the last by the pictures'
/// own; the rest is drawn. As diffusers' inpainting pipelines do with such models, but that the
/// known part has its noise before the first call too.
///
/// ```
/// x ← mask·x + (1 − mask)·(signal·x₀ + noise·ε)
/// ```
///
/// @param latents of the pictures, scaled: x₀ [N,C,h,w]
/// @param mask [1,1,h,w]: 1 where to draw, 0 where pictures are known
/// @param noise standard normal ε, of the latents' shape
public record InpaintStart(Tensor latents, Tensor mask, Tensor noise) implements Start {
  @Override
  public int first(Scheduler run) {
    return 0;
  }

  @Override
  public Tensor latents(Scheduler run) {
    FiniteValues.require(noise, "the start noise", "");
    return scale(noise, (float) run.initNoiseSigma());
  }

  @Override
  public Tensor held(Scheduler run, int index, Tensor x) {
    return Scope.keep(
        "inpaint",
        () -> {
          boolean over = index == run.timesteps().length;
          Tensor known = over ? latents : run.addNoise(index, latents, noise);
          return add(mul(mask, x), mul(affine(mask, -1, 1), known));
        });
  }
}
