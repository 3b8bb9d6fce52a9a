package cadj.models.scheduler;

import cadj.tensor.Tensor;

/// One run from noise to latents: which time steps, and what to do with a prediction at each.
///
/// A run is made for a number of steps and used once, its time steps in order.
public sealed interface Scheduler permits DdimScheduler, PndmScheduler {
  /// The time steps, most noise first, one per call of the denoiser.
  int[] timesteps();

  /// The latents after the `index`-th call.
  ///
  /// @param output the denoiser's (guided) output for `latents` at `timesteps()[index]`
  Tensor step(int index, Tensor output, Tensor latents);

  /// The samplers by name.
  enum Kind {
    DDIM,
    PNDM;

    /// A run of `steps` steps.
    public Scheduler start(NoiseSchedule schedule, int steps) {
      return switch (this) {
        case DDIM -> new DdimScheduler(schedule, steps);
        case PNDM -> new PndmScheduler(schedule, steps);
      };
    }
  }
}
