package cadj.models.pipeline;

import static cadj.tensor.shape.Require.require;

import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;

/// Image to image, SDEdit, Meng et al. 2022 (arXiv:2108.01073), as diffusers does it: noise is
/// added to pictures, and the last `strength` of the steps are taken.
///
/// ```
/// first = calls − ⌊calls·strength⌋;   x = signal·x₀ + noise·ε at the level of that call
/// ```
///
/// Not for samplers that need what earlier calls predicted.
///
/// @param latents of the pictures, scaled: x₀ [N,C,h,w]
/// @param noise standard normal, of their shape
/// @param strength of the noise: 1 begins with the first call
public record ImageStart(Tensor latents, Tensor noise, double strength) implements Start {
  public ImageStart {
    require(strength > 0 && strength <= 1, "strength: expected more than 0 to 1, got %s", strength);
  }

  @Override
  public int first(Scheduler run) {
    return first(run, strength);
  }

  /// The call that pictures noised to `strength` begin with.
  ///
  /// @throws IllegalArgumentException if `run` cannot begin there
  public static int first(Scheduler run, double strength) {
    require(
        run.startsAnywhere(),
        "strength: %s cannot begin at a later step, as ddim and euler can",
        run.getClass().getSimpleName());
    int calls = run.timesteps().length;
    int taken = (int) (calls * strength);
    require(taken > 0, "strength: %s of %d steps is none", strength, calls);
    return calls - taken;
  }

  @Override
  public Tensor latents(Scheduler run) {
    FiniteValues.require(noise, "the start noise", "");
    return run.addNoise(first(run), latents, noise);
  }
}
