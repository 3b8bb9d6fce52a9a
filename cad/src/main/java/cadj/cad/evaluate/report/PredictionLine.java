package cadj.cad.evaluate.report;

import cadj.cad.evaluate.LedgerKeys;
import cadj.cad.prediction.PredictionKeys;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How well one estimator predicted the effects of one group of sets, as a ledger's `prediction`
/// has it in `rows`.
///
/// @param measured what was predicted, and on which noise
/// @param pearson NaN where it is unknown, as the other figures are
/// @param points predicted and true change, a set each
record PredictionLine(
    String estimator,
    String group,
    String measured,
    double cost,
    double pearson,
    double spearman,
    double slope,
    double meanRatio,
    double signsRight,
    List<double[]> points) {
  static List<PredictionLine> all(JsonObject line) {
    List<PredictionLine> out = new ArrayList<>();
    if (line.has(LedgerKeys.PREDICTION)) {
      for (JsonObject row :
          line.object(LedgerKeys.PREDICTION).list(PredictionKeys.ROWS).objects()) {
        out.add(of(row));
      }
    }
    return out;
  }

  private static PredictionLine of(JsonObject row) {
    List<double[]> points = new ArrayList<>();
    for (JsonValue point : row.list(PredictionKeys.POINTS)) {
      double[] pair = point.list().numbers();
      if (pair.length != 2) {
        throw row.error(PredictionKeys.POINTS, "pairs of numbers", "one of " + pair.length);
      }
      points.add(pair);
    }
    Map<String, ?> values = row.values();
    return new PredictionLine(
        row.string(PredictionKeys.ESTIMATOR),
        row.string(PredictionKeys.GROUP),
        "%s, %s noise"
            .formatted(
                row.stringOr(PredictionKeys.TRUTH, "true change"),
                row.stringOr(PredictionKeys.NOISE, "any")),
        Figure.number(values, PredictionKeys.COST),
        estimate(row, PredictionKeys.PEARSON),
        estimate(row, PredictionKeys.SPEARMAN),
        estimate(row, PredictionKeys.SLOPE),
        estimate(row, PredictionKeys.MEAN_RATIO),
        Figure.number(values, PredictionKeys.SIGNS_RIGHT),
        points);
  }

  private static double estimate(JsonObject row, String key) {
    return row.has(key) ? Figure.number(row.object(key), PredictionKeys.VALUE) : Double.NaN;
  }

  /// What lines are compared under.
  String title() {
    return group + "; " + measured;
  }
}
