package cadj.models.scheduler;

import cadj.tensor.Tensor;
import java.util.Locale;

/// One run of a sampler from noise to latents: the time steps, and what to do with the prediction
/// at each. Methods are diffusers'.
///
/// ```java
/// Scheduler run = kind.start(config, 50);
/// Tensor x = scale(noise, (float) run.initNoiseSigma());
/// for (int i = 0; i < run.timesteps().length; i++) {
///   Tensor input = run.scaleModelInput(i, x);
///   x = run.step(i, denoiser.forward(input, run.timesteps()[i], text), x, stepNoise);
/// }
/// ```
///
/// A run is made for a number of steps and used once, its time steps in order.
public sealed interface Scheduler
    permits DdimScheduler,
        PndmScheduler,
        EulerScheduler,
        EulerAncestralScheduler,
        DpmSolverMultistepScheduler,
        UniPcMultistepScheduler,
        LcmScheduler,
        FlowMatchEulerScheduler {
  /// The time steps, most noise first, one per call of the denoiser; they need not be integers.
  double[] timesteps();

  /// What standard normal noise is multiplied with to start from: 1, but for Euler's samplers.
  default double initNoiseSigma() {
    return 1;
  }

  /// The denoiser's input for latents before the `index`-th call: those themselves, but for Euler's
  /// samplers.
  default Tensor scaleModelInput(int index, Tensor latents) {
    return latents;
  }

  /// Coefficients of x₀ and ε in the denoiser's input at the `index`-th call.
  NoiseLevel level(int index);

  /// Latents before the `index`-th call that are made of `original` x₀ and noise ε: diffusers'
  /// `add_noise`.
  default Tensor addNoise(int index, Tensor original, Tensor noise) {
    return level(index).addNoise(original, noise);
  }

  /// Whether a run may begin with any call: not where steps need what earlier calls predicted.
  default boolean startsAnywhere() {
    return true;
  }

  /// The latents after the `index`-th call.
  ///
  /// @param output the denoiser's (guided) output for `scaleModelInput(index, latents)` at
  ///   `timesteps()[index]`
  /// @param noise drawn from by samplers that add noise, not by others
  Tensor step(int index, Tensor output, Tensor latents, Noise noise);

  /// Source of the noise that ancestral samplers add.
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

  /// The samplers by name, which is lower-case where people read it.
  enum Kind {
    DDIM("DDIMScheduler"),
    PNDM("PNDMScheduler"),
    EULER("EulerDiscreteScheduler"),
    EULER_ANCESTRAL("EulerAncestralDiscreteScheduler"),
    DPMPP_2M("DPMSolverMultistepScheduler"),
    /// [#DPMPP_2M] with Karras's noise levels, whatever the file says.
    DPMPP_2M_KARRAS("DPMSolverMultistepScheduler"),
    UNIPC("UniPCMultistepScheduler"),
    LCM("LCMScheduler"),
    FLOW_MATCH_EULER("FlowMatchEulerDiscreteScheduler");

    private final String className;

    Kind(String className) {
      this.className = className;
    }

    /// diffusers' class, as `scheduler_config.json` names it.
    public String className() {
      return className;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// A run of `steps` steps.
    ///
    /// @throws cadj.tensor.file.FileFormatException if the configuration asks for what this sampler
    ///   cannot do
    /// @throws IllegalArgumentException if the run would leave the schedule
    public Scheduler start(SchedulerConfig config, int steps) {
      Scheduler run = run(config, steps);
      if (run.level(0).signal() == 0 && config.predictionType() == PredictionType.EPSILON) {
        throw config
            .json()
            .error(
                "rescale_betas_zero_snr",
                "false for a model that predicts epsilon, which tells nothing where all is noise",
                "true");
      }
      return run;
    }

    private Scheduler run(SchedulerConfig config, int steps) {
      return switch (this) {
        case DDIM -> new DdimScheduler(config, steps);
        case PNDM -> new PndmScheduler(config, steps);
        case EULER -> new EulerScheduler(config, steps);
        case EULER_ANCESTRAL -> new EulerAncestralScheduler(config, steps);
        case DPMPP_2M -> new DpmSolverMultistepScheduler(config, steps, false);
        case DPMPP_2M_KARRAS -> new DpmSolverMultistepScheduler(config, steps, true);
        case UNIPC -> new UniPcMultistepScheduler(config, steps);
        case LCM -> new LcmScheduler(config, steps);
        case FLOW_MATCH_EULER -> new FlowMatchEulerScheduler(config, steps);
      };
    }
  }
}
