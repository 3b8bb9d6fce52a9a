package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.models.scheduler.PredictionType;
import cadj.models.scheduler.SchedulerConfig;

/// How the published procedure is followed.
public enum Mode {
  /// As the paper means it: x_t paired with its own t, one trajectory per noise sample, scored
  /// steps spread over the whole schedule, means over samples and prompts, the prediction type
  /// respected.
  CORRECTED,
  /// As the published code does it, quirks included, for comparison with the paper's numbers. It
  /// has no way for models of flow matching.
  REFERENCE;

  /// @param what asks for it: an option, a method
  /// @throws IllegalArgumentException if it is not for models with this schedule
  public void requireFits(String what, SchedulerConfig schedule) {
    require(
        this == CORRECTED || schedule.predictionType() != PredictionType.FLOW,
        "%s: the published code has no way for a model of flow matching, such as this one; mode"
            + " corrected has",
        what);
  }
}
