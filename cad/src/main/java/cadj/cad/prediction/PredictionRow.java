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
    out.put("estimator", estimator);
    out.put("group", group);
    out.put("truth", truth.toString());
    out.put("noise", heldOut ? "held-out" : "scored");
    out.put("cost", known(cost));
    out.put("sets", agreement.n());
    out.put("pearson", figure(agreement.pearson()));
    out.put("spearman", figure(agreement.spearman()));
    out.put("slope", figure(agreement.slope()));
    out.put("mean_ratio", figure(agreement.meanRatio()));
    out.put("bias", mean(predicted) - mean(changed));
    out.put("mean_true", mean(changed));
    out.put("signs_right", agreement.signsRight().share());
    List<List<Double>> points = new ArrayList<>();
    for (int i = 0; i < predicted.length; i++) {
      points.add(List.of(predicted[i], changed[i]));
    }
    out.put("points", points);
    out.put("sizes", sizes);
    return out;
  }

  private static Map<String, Object> figure(Agreement.Estimate estimate) {
    Interval interval = estimate.interval();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("value", known(estimate.value()));
    out.put("low", known(interval.low()));
    out.put("high", known(interval.high()));
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
