package cadj.models.scheduler;

import static cadj.tensor.shape.Require.require;

import java.util.Arrays;
import java.util.stream.IntStream;

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

  /// The integer time steps of the multistep solvers, most noise first: of one time step more, with
  /// the last, next to no noise, left out; trailing ones are the usual.
  ///
  /// @param train how many time steps the model was trained with
  /// @param used how many of them are used, from the first on
  double[] descendingAboveLast(int train, int used, int steps, int offset) {
    require(steps >= 1 && steps < used, "steps: expected 1 to %d, got %d", used - 1, steps);
    double[] out =
        switch (this) {
          case LINSPACE, LEADING -> Arrays.copyOf(descending(used, steps + 1, offset), steps);
          case TRAILING ->
              // strides are those of the whole schedule, so that fewer of them may fit
              IntStream.range(0, steps)
                  .mapToDouble(i -> trailing(used, (double) train / steps, i))
                  .filter(end -> end > 0)
                  .map(end -> Math.rint(end) - 1)
                  .toArray();
        };
    return Arrays.stream(out).map(Math::rint).toArray();
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
            case TRAILING -> Math.rint(trailing(train, (double) train / steps, i)) - 1;
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

  /// The `i`-th of a descending `numpy.arange`, which steps by what is left of the stride beside
  /// the start: that decides which halves are rounded up.
  private static double trailing(double start, double stride, int i) {
    double step = start - stride - start;
    return start + i * step;
  }
}
