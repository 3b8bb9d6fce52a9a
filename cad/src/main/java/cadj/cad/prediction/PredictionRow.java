package cadj.cad.prediction;

import cadj.cad.statistics.Agreement;
import cadj.cad.statistics.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one estimator said of one group of sets, beside the truth.
///
/// @param estimator its name
/// @param group as [PredictionSettings.Group] names it
/// @param truth what was measured
/// @param heldOut whether on other noise than that of the scores
/// @param cost of the estimate, in forward and backward passes at each point: first order takes 1;
///   NaN where nothing is estimated
/// @param sizes weights in each set
/// @param predicted change, a set each
/// @param changed in truth
public record PredictionRow(
    String estimator,
    String group,
    Truth truth,
    boolean heldOut,
    double cost,
    int[] sizes,
    double[] predicted,
    double[] changed,
    Agreement agreement) {
  /// As a ledger has it: figures with their intervals, and the points of the scatter plot.
  public Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put(PredictionKeys.ESTIMATOR, estimator);
    out.put(PredictionKeys.GROUP, group);
    out.put(PredictionKeys.TRUTH, truth.toString());
    out.put(PredictionKeys.NOISE, heldOut ? "held-out" : "scored");
    out.put(PredictionKeys.COST, known(cost));
    out.put(PredictionKeys.SETS, agreement.n());
    out.put(PredictionKeys.PEARSON, figure(agreement.pearson()));
    out.put(PredictionKeys.SPEARMAN, figure(agreement.spearman()));
    out.put(PredictionKeys.SLOPE, figure(agreement.slope()));
    out.put(PredictionKeys.MEAN_RATIO, figure(agreement.meanRatio()));
    out.put(PredictionKeys.BIAS, mean(predicted) - mean(changed));
    out.put(PredictionKeys.MEAN_TRUE, mean(changed));
    out.put(PredictionKeys.SIGNS_RIGHT, agreement.signsRight().share());
    List<List<Double>> points = new ArrayList<>();
    for (int i = 0; i < predicted.length; i++) {
      points.add(List.of(predicted[i], changed[i]));
    }
    out.put(PredictionKeys.POINTS, points);
    out.put(PredictionKeys.SIZES, sizes);
    return out;
  }

  private static Map<String, Object> figure(Agreement.Estimate estimate) {
    Interval interval = estimate.interval();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put(PredictionKeys.VALUE, known(estimate.value()));
    out.put(PredictionKeys.LOW, known(interval.low()));
    out.put(PredictionKeys.HIGH, known(interval.high()));
    return out;
  }

  /// JSON has no NaN.
  private static Object known(double value) {
    return Double.isFinite(value) ? (Object) value : "unknown";
  }

  private static double mean(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
