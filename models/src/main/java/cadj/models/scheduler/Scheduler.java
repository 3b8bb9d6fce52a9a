package cadj.models.scheduler;

import static cadj.tensor.shape.Require.require;

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
    ///
    /// @throws IllegalArgumentException if the run would leave the schedule
    public Scheduler start(NoiseSchedule schedule, int steps) {
      Scheduler run =
          switch (this) {
            case DDIM -> new DdimScheduler(schedule, steps);
            case PNDM -> new PndmScheduler(schedule, steps);
          };
      for (int t : run.timesteps()) {
        require(
            t >= 0 && t < schedule.trainTimesteps(),
            "steps: a run of %d steps reaches time step %d; the schedule has 0 to %d",
            steps,
            t,
            schedule.trainTimesteps() - 1);
      }
      return run;
    }
  }
}
