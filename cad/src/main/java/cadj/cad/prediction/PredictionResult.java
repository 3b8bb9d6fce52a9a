package cadj.cad.prediction;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a protocol found for one concept.
///
/// @param objective J of the model as it is, on the scored noise
public record PredictionResult(
    String concept, PredictionSettings settings, double objective, List<PredictionRow> rows) {
  /// For a line of a ledger.
  public Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put(PredictionKeys.CONCEPT, concept);
    out.put(PredictionKeys.SETTINGS, settings.json());
    out.put(PredictionKeys.OBJECTIVE, objective);
    out.put(PredictionKeys.ROWS, rows.stream().map(PredictionRow::json).toList());
    return out;
  }
}
