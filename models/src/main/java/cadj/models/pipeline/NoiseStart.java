package cadj.models.pipeline;

import static cadj.autograd.ops.Affine.scale;

import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;

/// Text to image: everything is drawn.
///
/// @param noise standard normal [N,C,h,w]
public record NoiseStart(Tensor noise) implements Start {
  @Override
  public int first(Scheduler run) {
    return 0;
  }

  @Override
  public Tensor latents(Scheduler run) {
    FiniteValues.require(noise, "the start noise", "");
    return scale(noise, (float) run.initNoiseSigma());
  }
}
