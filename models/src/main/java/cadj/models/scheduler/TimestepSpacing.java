package cadj.models.scheduler;

import static cadj.tensor.shape.Require.require;

/// Which of the training time steps a run of few steps visits: `timestep_spacing`, Lin et al. 2023
/// (arXiv:2305.08891), table 2.
enum TimestepSpacing {
  /// From the last to the first, both included, not rounded.
  LINSPACE,
  /// Multiples of the stride, counted from the first time step, plus `steps_offset`.
  LEADING,
  /// Multiples of the stride, counted from the last time step.
  TRAILING;

  static TimestepSpacing of(SchedulerConfig config, TimestepSpacing fallback) {
    if (!config.json().has("timestep_spacing")) {
      return fallback;
    }
    return switch (config.oneOf("timestep_spacing", "linspace", "leading", "trailing")) {
      case "linspace" -> LINSPACE;
      case "leading" -> LEADING;
      default -> TRAILING;
    };
  }

  /// The time steps, most noise first.
  ///
  /// @param train how many time steps the model was trained with
  /// @throws IllegalArgumentException if there are too many, or the offset leads beyond the
  ///   schedule
  double[] descending(int train, int steps, int offset) {
    require(steps >= 1 && steps <= train, "steps: expected 1 to %d, got %d", train, steps);
    double[] out = new double[steps];
    double[] even = Linspace.of(0.0, train - 1.0, steps);
    for (int i = 0; i < steps; i++) {
      int fromLast = steps - 1 - i;
      out[i] =
          switch (this) {
            case LINSPACE -> even[fromLast];
            case LEADING -> fromLast * (train / steps) + offset;
            case TRAILING -> Math.rint(train - i * ((double) train / steps)) - 1;
          };
    }
    require(
        out[0] < train,
        "steps: a run of %d steps with steps_offset %d reaches time step %s; the schedule has 0 to"
            + " %d",
        steps,
        offset,
        out[0],
        train - 1);
    return out;
  }
}
