package cadj.models.pipeline;

import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;

/// Where guided denoising begins, and what holds on its way: pure noise ([NoiseStart]), pictures to
/// which noise was added ([ImageStart]), or a part of pictures that is known ([InpaintStart]).
public sealed interface Start permits NoiseStart, ImageStart, InpaintStart {
  /// The first call of the denoiser.
  int first(Scheduler run);

  /// The latents before it [N,C,h,w], as the sampler keeps them.
  Tensor latents(Scheduler run);

  /// The latents that go on: those before the `index`-th call, or after the last one.
  default Tensor held(Scheduler run, int index, Tensor latents) {
    return latents;
  }
}
