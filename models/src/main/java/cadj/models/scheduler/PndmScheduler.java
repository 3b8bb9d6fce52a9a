package cadj.models.scheduler;

import static cadj.models.scheduler.PredictionType.combine;
import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pseudo numerical methods for diffusion, Liu et al. 2022 (arXiv:2202.09778): diffusers'
/// `PNDMScheduler`.
///
/// Linear multi-step, which needs the last four predictions. It starts with three Runge-Kutta steps
/// of four calls each, or, where `skip_prk_steps` is set as in Stable Diffusion, with fewer
/// predictions and a second visit of the second time step: one call more than steps.
///
/// The predictions that it keeps must live as long as the run.
public final class PndmScheduler implements Scheduler {
  private static final int ORDER = 4;

  private final Config config;
  private final NoiseSchedule noise;
  private final int[] timesteps;
  private final int stride;
  private final int rungeKuttaCalls;
  private final List<Tensor> predictions = new ArrayList<>();

  /// Latents before the step that several calls make.
  private @Nullable Tensor start;

  /// What those calls predicted so far.
  private final List<Tensor> slopes = new ArrayList<>();

  /// The settings, by diffusers' keys.
  ///
  /// @param setAlphaToOne whether ᾱ before the first time step is 1, else that of time step 0
  /// @param skipPrkSteps whether to start without Runge-Kutta
  record Config(
      NoiseSchedule noise,
      PredictionType predictionType,
      TimestepSpacing timestepSpacing,
      int stepsOffset,
      boolean setAlphaToOne,
      boolean skipPrkSteps) {
    static Config of(SchedulerConfig file) {
      return new Config(
          NoiseSchedule.of(file.json()),
          file.predictionType(
              Kind.PNDM, EnumSet.of(PredictionType.EPSILON, PredictionType.V_PREDICTION)),
          TimestepSpacing.of(file, TimestepSpacing.LEADING),
          file.stepsOffset(Kind.PNDM),
          file.json().boolOr("set_alpha_to_one", false),
          file.json().boolOr("skip_prk_steps", false));
    }
  }

  public PndmScheduler(SchedulerConfig file, int steps) {
    config = Config.of(file);
    noise = config.noise();
    double[] spaced =
        config.timestepSpacing().descending(noise.trainTimesteps(), steps, config.stepsOffset());
    stride = noise.trainTimesteps() / steps;
    List<Integer> calls = new ArrayList<>();
    if (config.skipPrkSteps()) {
      rungeKuttaCalls = 0;
    } else {
      require(steps >= ORDER, "pndm: expected at least %d steps, got %d", ORDER, steps);
      rungeKuttaCalls = ORDER * (ORDER - 1);
      for (int i = 0; i < ORDER - 1; i++) {
        int to = round(spaced[i + 1]);
        calls.addAll(List.of(round(spaced[i]), to + stride / 2, to + stride / 2, to));
      }
    }
    for (int i = config.skipPrkSteps() ? 0 : ORDER - 1; i < steps; i++) {
      calls.add(round(spaced[i]));
      if (i == 1) {
        calls.add(round(spaced[i]));
      }
    }
    timesteps = calls.stream().mapToInt(t -> t).toArray();
  }

  private static int round(double timestep) {
    return (int) Math.rint(timestep);
  }

  @Override
  public double[] timesteps() {
    double[] out = new double[timesteps.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = timesteps[i];
    }
    return out;
  }

  @Override
  public boolean startsAnywhere() {
    return false;
  }

  @Override
  public NoiseLevel level(int index) {
    return noise.level(timesteps[index]);
  }

  @Override
  public Tensor step(int index, Tensor output, Tensor latents, Noise noise) {
    return Scope.keep(
        "pndm step",
        () ->
            index < rungeKuttaCalls
                ? rungeKutta(index, output, latents)
                : multiStep(index, output, latents));
  }

  /// Four calls for one step, all from its start: half a step, half a step, a whole one, and the
  /// whole one by all four predictions, weighted 1, 2, 2, 1. The first prediction is kept.
  private Tensor rungeKutta(int index, Tensor output, Tensor latents) {
    int call = index % ORDER;
    if (call == 0) {
      predictions.add(output);
      slopes.clear();
      start = latents;
    }
    slopes.add(output);
    Tensor direction = call == ORDER - 1 ? weighted(slopes) : output;
    int ahead = call % 2 == 0 ? stride / 2 : 0;
    return previous(
        timesteps[index - call], timesteps[index] - ahead, direction, requireNonNull(start));
  }

  private static Tensor weighted(List<Tensor> slopes) {
    Tensor firstHalf = combine(1 / 6.0, slopes.get(0), 1 / 3.0, slopes.get(1));
    Tensor secondHalf = combine(1 / 3.0, slopes.get(2), 1 / 6.0, slopes.get(3));
    return combine(1, firstHalf, 1, secondHalf);
  }

  private Tensor multiStep(int index, Tensor output, Tensor latents) {
    int t = timesteps[index];
    if (index == 1) {
      // improves the first step, from the same latents, with the mean of both ends' predictions
      Tensor mean = combine(0.5, output, 0.5, predictions.getLast());
      return previous(t + stride, t, mean, requireNonNull(start));
    }
    if (predictions.size() == ORDER) {
      predictions.removeFirst();
    }
    predictions.add(output);
    if (index == 0) {
      start = latents;
    }
    return previous(t, t - stride, adamsBashforth(), latents);
  }

  /// Adams-Bashforth of the order that the predictions so far allow.
  private Tensor adamsBashforth() {
    List<Tensor> e = predictions.reversed();
    return switch (e.size()) {
      case 1 -> e.get(0);
      case 2 -> combine(3 / 2.0, e.get(0), -1 / 2.0, e.get(1));
      case 3 -> combine(1, combine(23 / 12.0, e.get(0), -16 / 12.0, e.get(1)), 5 / 12.0, e.get(2));
      default ->
          combine(
              1,
              combine(55 / 24.0, e.get(0), -59 / 24.0, e.get(1)),
              1,
              combine(37 / 24.0, e.get(2), -9 / 24.0, e.get(3)));
    };
  }

  /// From time step `t` to `before`: PNDM eq. 9.
  private Tensor previous(int t, int before, Tensor output, Tensor latents) {
    double alpha = noise.alphaCumprod(t);
    double alphaPrev =
        before >= 0
            ? noise.alphaCumprod(before)
            : config.setAlphaToOne() ? 1 : noise.alphaCumprod(0);
    Tensor epsilon = config.predictionType().epsilon(output, latents, noise.level(t));
    double denominator =
        alpha * Math.sqrt(1 - alphaPrev) + Math.sqrt(alpha * (1 - alpha) * alphaPrev);
    return combine(
        Math.sqrt(alphaPrev / alpha), latents, -(alphaPrev - alpha) / denominator, epsilon);
  }
}
