package cadj.models.scheduler;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;

/// One run of a sampler from noise to latents: the time steps, and what to do with the prediction
/// at each. Methods are diffusers'.
///
/// ```java
/// Scheduler run = kind.start(schedule, 50);
/// Tensor x = scale(noise, (float) run.initNoiseSigma());
/// for (int i = 0; i < run.timesteps().length; i++) {
///   Tensor input = run.scaleModelInput(i, x);
///   x = run.step(i, denoiser.forward(input, run.timesteps()[i], text), x, stepNoise);
/// }
/// ```
///
/// A run is made for a number of steps and used once, its time steps in order.
public sealed interface Scheduler permits DdimScheduler, PndmScheduler {
  /// The time steps, most noise first, one per call of the denoiser; they need not be integers.
  double[] timesteps();

  /// What standard normal noise is multiplied with to start from.
  double initNoiseSigma();

  /// The denoiser's input for latents before the `index`-th call.
  Tensor scaleModelInput(int index, Tensor latents);

  /// How much signal and noise the denoiser's input of the `index`-th call holds.
  NoiseLevel level(int index);

  /// The latents after the `index`-th call.
  ///
  /// @param output the denoiser's (guided) output for `scaleModelInput(index, latents)` at
  ///   `timesteps()[index]`
  /// @param noise drawn from by samplers that add noise, not by others
  Tensor step(int index, Tensor output, Tensor latents, Noise noise);

  /// Where ancestral samplers get their noise from.
  @FunctionalInterface
  interface Noise {
    /// For samplers that need none.
    Noise NONE =
        latents -> {
          throw new IllegalStateException("this sampler adds noise: expected a generator of it");
        };

    /// Standard normal noise of the shape of `latents`.
    Tensor like(Tensor latents);
  }

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
      for (double t : run.timesteps()) {
        require(
            t >= 0 && t < schedule.trainTimesteps(),
            "steps: a run of %d steps reaches time step %s; the schedule has 0 to %d",
            steps,
            t,
            schedule.trainTimesteps() - 1);
      }
      return run;
    }
  }
}
