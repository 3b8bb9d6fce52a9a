package cadj.cad.attribution;

import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What an attribution found.
///
/// @param scores by parameter, in the model's order
/// @param sums means of an estimator's sums by their names, then by parameter; empty where only
///   scores are kept
/// @param timesteps the scored time steps
/// @param positive sum of the positive scores of each parameter at each scored step,
///   [parameters,steps]
/// @param negative sum of the negative scores likewise
/// @param objectives J at each scored step
/// @param metadata everything needed to make it again
public record AttributionResult(
    SequencedMap<String, Tensor> scores,
    Map<String, SequencedMap<String, Tensor>> sums,
    double[] timesteps,
    double[][] positive,
    double[][] negative,
    double[] objectives,
    Map<String, String> metadata) {
  static AttributionResult of(
      SequencedMap<String, Tensor> scores,
      Map<String, SequencedMap<String, Tensor>> sums,
      double[] timesteps,
      StepTables tables,
      double divisor,
      Map<String, String> metadata) {
    return new AttributionResult(
        scores,
        sums,
        timesteps,
        tables.positive(divisor),
        tables.negative(divisor),
        tables.objectives(divisor),
        metadata);
  }

  /// The time steps for people: whole ones without a fraction.
  public List<Number> plainTimesteps() {
    return Arrays.stream(timesteps)
        .mapToObj(t -> t == Math.rint(t) ? (Number) (long) t : (Number) t)
        .toList();
  }
}
