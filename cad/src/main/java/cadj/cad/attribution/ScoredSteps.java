package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Which steps of a sampler's schedule are scored.
///
/// @param sampler what makes the schedule and takes latents along it
/// @param scheduleSteps steps of the whole schedule
/// @param steps how many of them are scored
public record ScoredSteps(Scheduler.Kind sampler, int scheduleSteps, int steps) {
  public ScoredSteps {
    require(
        steps >= 1 && steps <= scheduleSteps,
        "steps: expected 1 to %d, as many as the schedule has, got %d",
        scheduleSteps,
        steps);
  }

  /// A run of the sampler, from pure noise.
  Scheduler start(TextToImage pipeline) {
    return sampler.start(pipeline.schedule(), scheduleSteps);
  }

  /// Calls of `run` that are scored, spread evenly. Where a sampler calls twice at one noise level,
  /// as PNDM does, the second call counts. (Levels that differ by less than time steps do, as some
  /// of Karras's, are levels of their own.)
  int[] spread(Scheduler run) {
    int all = run.timesteps().length;
    int[] calls =
        IntStream.range(0, all)
            .filter(i -> i + 1 == all || !run.level(i + 1).equals(run.level(i)))
            .toArray();
    require(
        steps <= calls.length,
        "steps: expected 1 to %d, as many as this schedule has, got %d",
        calls.length,
        steps);
    return Arrays.stream(evenly(steps, calls.length)).map(i -> calls[i]).toArray();
  }

  /// `count` of `total` numbers from 0, spread evenly; all of them if the two are equal.
  static int[] evenly(int count, int total) {
    int[] out = new int[count];
    for (int i = 0; i < count; i++) {
      out[i] = (int) ((2L * i + 1) * total / (2L * count));
    }
    return out;
  }

  /// The time steps of `calls`.
  static double[] timesteps(Scheduler run, int... calls) {
    return Arrays.stream(calls).mapToDouble(call -> run.timesteps()[call]).toArray();
  }
}
