package cadj.models.scheduler;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.json.JsonObject;

/// Which of the training time steps a run of few steps visits, ascending.
final class Spacing {
  private Spacing() {}

  /// As diffusers spaces them: with an offset the last ones may lie beyond the schedule.
  static int[] ascending(NoiseSchedule schedule, int steps) {
    int train = schedule.trainTimesteps();
    require(steps >= 1 && steps <= train, "steps: expected 1 to %d, got %d", train, steps);
    JsonObject config = schedule.config();
    String kind = config.stringOr("timestep_spacing", "leading");
    int offset = config.integerOr("steps_offset", 0);
    int[] out = new int[steps];
    for (int i = 0; i < steps; i++) {
      out[i] =
          switch (kind) {
            case "leading" -> i * (train / steps) + offset;
            case "trailing" ->
                (int) Math.rint(train - (steps - 1 - i) * ((double) train / steps)) - 1;
            case "linspace" -> steps == 1 ? 0 : (int) Math.rint(i * ((train - 1.0) / (steps - 1)));
            default ->
                throw config.error("timestep_spacing", "leading, trailing or linspace", kind);
          };
    }
    return out;
  }
}
