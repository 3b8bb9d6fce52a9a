package cadj.cad.attribution;

import cadj.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

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
/// @param expansions J there at the weights about which the estimator expands
/// @param offset what a prediction adds to the scores of a set, see [Prediction]
/// @param trajectories what each alone says, in their order; empty where that is not kept
/// @param metadata everything needed to make it again
public record AttributionResult(
    SequencedMap<String, Tensor> scores,
    Map<String, SequencedMap<String, Tensor>> sums,
    double[] timesteps,
    double[][] positive,
    double[][] negative,
    double[] objectives,
    double[] expansions,
    double offset,
    List<TrajectoryScores> trajectories,
    Map<String, String> metadata) {
  /// Of an estimator that expands about the weights as they are.
  public AttributionResult(
      SequencedMap<String, Tensor> scores,
      Map<String, SequencedMap<String, Tensor>> sums,
      double[] timesteps,
      double[][] positive,
      double[][] negative,
      double[] objectives,
      Map<String, String> metadata) {
    this(
        scores,
        sums,
        timesteps,
        positive,
        negative,
        objectives,
        objectives.clone(),
        0,
        List.of(),
        metadata);
  }

  /// Gives the means of a parameter's sums, by their names.
  interface Means {
    Map<String, Tensor> of(String parameter, Tensor w);
  }

  /// The result of a run: what `estimator` makes of the means of each watched parameter.
  static AttributionResult of(
      Estimator estimator,
      SequencedMap<String, Tensor> watched,
      Means means,
      boolean keepSums,
      double[] timesteps,
      StepTables tables,
      double divisor,
      List<TrajectoryScores> trajectories,
      Map<String, String> metadata) {
    SumStore store = SumStore.current();
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    Map<String, SequencedMap<String, Tensor>> sums = new LinkedHashMap<>();
    double[] offset = {total(tables.expansions(divisor)) - total(tables.objectives(divisor))};
    watched.forEach(
        (name, w) -> {
          Map<String, Tensor> its = means.of(name, w);
          offset[0] += estimator.offset(w, its);
          scores.put(name, store.keep(estimator.score(w, its)));
          if (keepSums) {
            its.forEach(
                (sum, mean) ->
                    sums.computeIfAbsent(sum, s -> new LinkedHashMap<>())
                        .put(name, store.keep(mean)));
          }
        });
    return new AttributionResult(
        scores,
        sums,
        timesteps,
        tables.positive(divisor),
        tables.negative(divisor),
        tables.objectives(divisor),
        tables.expansions(divisor),
        offset[0],
        trajectories,
        metadata);
  }

  private static double total(double... values) {
    return Arrays.stream(values).sum();
  }

  /// What a trajectory alone says.
  ///
  /// @param means of its sums, scaled like `divisor` as [TrajectoryScores] has it
  static TrajectoryScores ofTrajectory(
      Estimator estimator,
      SequencedMap<String, Tensor> watched,
      Means means,
      StepTables tables,
      double divisor) {
    AttributionResult alone =
        of(estimator, watched, means, false, new double[0], tables, divisor, List.of(), Map.of());
    return new TrajectoryScores(alone.scores, alone.offset);
  }

  /// Whether no weight scores anything.
  public boolean isZero() {
    return Stream.of(positive, negative)
        .flatMap(Arrays::stream)
        .flatMapToDouble(Arrays::stream)
        .allMatch(share -> share == 0);
  }

  /// The time steps for people: whole ones without a fraction.
  public List<Number> plainTimesteps() {
    return Arrays.stream(timesteps)
        .mapToObj(t -> t == Math.rint(t) ? (Number) (long) t : (Number) t)
        .toList();
  }
}
