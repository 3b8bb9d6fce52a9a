package cadj.cad.statistics;

import static cadj.cad.statistics.Sample.at;

import java.util.function.ToDoubleBiFunction;

/// How well predicted effects agree with true ones.
///
/// @param n pairs
/// @param pearson r of both
/// @param spearman ρ of both
/// @param slope of the true effects on the predicted ones: below 1 where predictions exaggerate
/// @param meanRatio mean of the predictions / mean of the truth: what bias is left on average
/// @param signsRight share of predictions with the truth's sign
public record Agreement(
    int n,
    Estimate pearson,
    Estimate spearman,
    Estimate slope,
    Estimate meanRatio,
    Proportion signsRight) {
  /// A figure and its 95 % BCa interval.
  public record Estimate(double value, Interval interval) {}

  /// @param resamples of the pairs: [Resamples#items], or [Resamples#clusters] of those that share
  ///   a concept or noise
  public static Agreement of(double[] predicted, double[] truth, Resamples resamples) {
    Sample.requirePairs("agreement", predicted, truth, 3);
    int right = 0;
    for (int i = 0; i < truth.length; i++) {
      right += Math.signum(predicted[i]) == Math.signum(truth[i]) ? 1 : 0;
    }
    return new Agreement(
        truth.length,
        estimate(predicted, truth, resamples, Pearson::r),
        estimate(predicted, truth, resamples, Spearman::rho),
        estimate(predicted, truth, resamples, (x, y) -> LinearFit.withIntercept(x, y).slope()),
        estimate(predicted, truth, resamples, (x, y) -> Sample.mean(x) / Sample.mean(y)),
        new Proportion(right, truth.length));
  }

  private static Estimate estimate(
      double[] x, double[] y, Resamples resamples, ToDoubleBiFunction<double[], double[]> figure) {
    Bootstrap bootstrap =
        Bootstrap.of(
            resamples,
            draw -> draw.length < 2 ? Double.NaN : figure.applyAsDouble(at(x, draw), at(y, draw)));
    return new Estimate(bootstrap.estimate(), bootstrap.bca(Interval.LEVEL));
  }
}
