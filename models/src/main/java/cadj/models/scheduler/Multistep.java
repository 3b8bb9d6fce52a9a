package cadj.models.scheduler;

import cadj.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Iterator;

/// What the multistep solvers share, which take steps in λ, half the logarithm of the
/// signal-to-noise ratio:
///
/// ```
/// x = α·x₀ + ς·ε,   α = 1/√(σ²+1),   ς = σ·α,   λ = ln(α/ς) = −ln σ
/// ```
///
/// and keep what the last calls said about x₀. Kept are the calls' inputs and outputs, which live
/// as long as the run, and not the x₀ that follow from them.
final class Multistep {
  static final String LAMBDA_MIN = "lambda_min_clipped";

  private final Config config;
  private final Sigmas sigmas;
  private final int order;
  private final Deque<Call> calls = new ArrayDeque<>();

  /// A call of the denoiser: its number, its input and its output.
  private record Call(int index, Tensor latents, Tensor output) {}

  /// The settings that both solvers read, by diffusers' keys.
  ///
  /// @param used how many of the training's time steps are used, from the first on
  /// @param roundTimesteps whether the time steps of Karras's noise levels are rounded, else cut
  record Config(
      Sigmas.Training training,
      PredictionType predictionType,
      TimestepSpacing timestepSpacing,
      int stepsOffset,
      int used,
      int solverOrder,
      boolean lowerOrderFinal,
      boolean useKarrasSigmas,
      boolean roundTimesteps,
      boolean endsAtSigmaMin) {
    private static final int HIGHEST_ORDER = 3;

    /// @param karras whether noise levels are Karras's
    /// @param lambdaMin the least λ of the time steps in use
    static Config of(
        SchedulerConfig file,
        Scheduler.Kind reader,
        boolean karras,
        boolean roundTimesteps,
        double lambdaMin) {
      file.requireFalse(
          "thresholding", "use_exponential_sigmas", "use_beta_sigmas", "use_flow_sigmas");
      if (karras) {
        file.requireUnset("sigma_min", "sigma_max");
      }
      Sigmas.Training training = Sigmas.Training.of(file);
      int used = training.above(lambdaMin);
      if (used < 2) {
        throw file.json()
            .error(LAMBDA_MIN, "a value that leaves time steps", String.valueOf(lambdaMin));
      }
      return new Config(
          training,
          file.predictionType(
              reader,
              EnumSet.of(
                  PredictionType.EPSILON, PredictionType.V_PREDICTION, PredictionType.SAMPLE)),
          TimestepSpacing.of(file, TimestepSpacing.LINSPACE),
          file.stepsOffset(reader),
          used,
          order(file),
          file.json().boolOr("lower_order_final", true),
          karras,
          roundTimesteps,
          file.oneOf("final_sigmas_type", "zero", "sigma_min").equals("sigma_min"));
    }

    private static int order(SchedulerConfig file) {
      int order = file.json().integerOr("solver_order", 2);
      if (order < 1 || order > HIGHEST_ORDER) {
        throw file.json().error("solver_order", "1 to " + HIGHEST_ORDER, String.valueOf(order));
      }
      return order;
    }
  }

  Multistep(Config config, int steps) {
    this.config = config;
    order = config.solverOrder();
    Sigmas.Training training = config.training();
    double[] timesteps =
        config
            .timestepSpacing()
            .descendingAboveLast(training.count(), config.used(), steps, config.stepsOffset());
    double[] spaced = training.at(timesteps);
    if (config.useKarrasSigmas()) {
      // over all of the training's levels, whatever the spacing
      spaced = Sigmas.karras(training.largest(), training.smallest(), steps);
      timesteps = training.timesteps(spaced);
      for (int i = 0; i < steps; i++) {
        timesteps[i] = config.roundTimesteps() ? Math.rint(timesteps[i]) : Math.floor(timesteps[i]);
      }
    }
    double last = config.endsAtSigmaMin() ? training.smallest() : 0;
    sigmas = new Sigmas(timesteps, spaced, last, config.timestepSpacing());
  }

  double[] timesteps() {
    return sigmas.timesteps();
  }

  int steps() {
    return sigmas.timesteps().length;
  }

  /// α and ς before the `index`-th call, or after the last.
  NoiseLevel level(int index) {
    return sigmas.level(index);
  }

  /// λ before the `index`-th call, or after the last, where it may be infinite.
  double lambda(int index) {
    return -Math.log(sigmas.at(index));
  }

  /// Takes notice of a call.
  void add(int index, Tensor output, Tensor latents) {
    calls.addFirst(new Call(index, latents, output));
    if (calls.size() > order + 1) {
      calls.removeLast();
    }
  }

  /// The x₀ that the call `back` calls before the last predicted.
  Tensor x0(int back) {
    Iterator<Call> latest = calls.iterator();
    for (int i = 0; i < back; i++) {
      latest.next();
    }
    Call call = latest.next();
    return config
        .predictionType()
        .originalSample(call.output(), call.latents(), level(call.index()));
  }
}
