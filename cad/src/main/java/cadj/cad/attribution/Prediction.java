package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import java.util.Locale;
import java.util.Map;

/// By how much zeroing a set of weights is predicted to change J, from an attribution alone.
///
/// ```
/// change = offset − Σ_S score
/// ```
///
/// How far to trust it depends on the estimator and the set: see the classes of [Estimators].
///
/// @param change of the mean over prompts and noise samples of J, summed over steps
/// @param spread standard deviation of the change over trajectories, of which there is one for each
///   prompt and noise sample; NaN if fewer than two are known
/// @param objective J as it is
public record Prediction(double change, double spread, double objective) {
  /// @param set flat indices by parameter, of scored parameters
  public static Prediction of(AttributionResult attribution, Map<String, int[]> set) {
    double change = attribution.offset() - sum(attribution.scores(), set);
    double[] each =
        attribution.trajectories().stream()
            .mapToDouble(one -> one.offset() - sum(one.scores(), set))
            .toArray();
    double objective = 0;
    for (double j : attribution.objectives()) {
      objective += j;
    }
    return new Prediction(change, standardDeviation(each), objective);
  }

  private static double sum(Map<String, Tensor> scores, Map<String, int[]> set) {
    double[] sum = new double[1];
    set.forEach(
        (name, indices) -> {
          Tensor score = scores.get(name);
          require(score != null, "prediction: %s is not scored", name);
          float[] values = score.toFloats();
          for (int index : indices) {
            require(
                index >= 0 && index < values.length,
                "prediction: index %d is outside %s of %d weights",
                index,
                name,
                values.length);
            sum[0] += values[index];
          }
        });
    return sum[0];
  }

  private static double standardDeviation(double... values) {
    if (values.length < 2) {
      return Double.NaN;
    }
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }

  /// For people: `J 3.15 is predicted to change by +0.042, spread 0.01 over noise samples`.
  public String line() {
    String spreads =
        Double.isNaN(spread)
            ? ""
            : String.format(Locale.ROOT, ", spread %.3g over trajectories", spread);
    return String.format(
        Locale.ROOT, "J = %.4g is predicted to change by %+.3g%s", objective, change, spreads);
  }
}
