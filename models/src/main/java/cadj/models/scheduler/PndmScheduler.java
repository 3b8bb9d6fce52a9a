package cadj.models.scheduler;

import static cadj.models.scheduler.PredictionType.combine;
import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pseudo numerical methods for diffusion, Liu et al. 2022 (arXiv:2202.09778), in the linear
/// multi-step form without Runge-Kutta start (`skip_prk_steps`) that Stable Diffusion uses.
///
/// The second time step is visited twice, so there is one call more than steps. Keeps its last four
/// predictions: they must live as long as the run.
public final class PndmScheduler implements Scheduler {
  private final NoiseSchedule schedule;
  private final int[] timesteps;
  private final int stride;
  private final float finalAlphaCumprod;
  private final List<Tensor> predictions = new ArrayList<>();
  private @Nullable Tensor firstLatents;

  public PndmScheduler(NoiseSchedule schedule, int steps) {
    if (!schedule.config().boolOr("skip_prk_steps", false)) {
      throw schedule.config().error("skip_prk_steps", "true", "false");
    }
    require(steps >= 2, "pndm: expected at least 2 steps, got %d", steps);
    this.schedule = schedule;
    int[] ascending = Spacing.ascending(schedule, steps);
    timesteps = new int[steps + 1];
    timesteps[0] = ascending[steps - 1];
    for (int i = 1; i <= steps; i++) {
      timesteps[i] = ascending[i == 1 ? steps - 2 : steps - i];
    }
    stride = schedule.trainTimesteps() / steps;
    finalAlphaCumprod =
        schedule.config().boolOr("set_alpha_to_one", false) ? 1f : schedule.alphaCumprod(0);
  }

  @Override
  public double[] timesteps() {
    return Arrays.stream(timesteps).asDoubleStream().toArray();
  }

  @Override
  public double initNoiseSigma() {
    return 1;
  }

  @Override
  public Tensor scaleModelInput(int index, Tensor latents) {
    return latents;
  }

  @Override
  public NoiseLevel level(int index) {
    return schedule.level(timesteps[index]);
  }

  @Override
  public Tensor step(int index, Tensor output, Tensor latents, Noise noise) {
    return Scope.keep("pndm step", () -> after(index, output, latents));
  }

  private Tensor after(int index, Tensor output, Tensor latents) {
    int t = timesteps[index];
    if (index == 1) {
      // Improves the first step, from the same latents, with the mean of both ends' predictions.
      Tensor mean = combine(0.5, output, 0.5, predictions.getLast());
      return previous(t + stride, t, mean, requireNonNull(firstLatents));
    }
    if (predictions.size() == 4) {
      predictions.removeFirst();
    }
    predictions.add(output);
    if (index == 0) {
      firstLatents = latents;
    }
    return previous(t, t - stride, multiStep(), latents);
  }

  /// Adams-Bashforth over the predictions so far.
  private Tensor multiStep() {
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
    double alpha = schedule.alphaCumprod(t);
    double alphaPrev = before >= 0 ? schedule.alphaCumprod(before) : finalAlphaCumprod;
    Tensor epsilon = schedule.predictionType().epsilon(output, latents, schedule.level(t));
    double denominator =
        alpha * Math.sqrt(1 - alphaPrev) + Math.sqrt(alpha * (1 - alpha) * alphaPrev);
    return combine(
        Math.sqrt(alphaPrev / alpha), latents, -(alphaPrev - alpha) / denominator, epsilon);
  }
}
