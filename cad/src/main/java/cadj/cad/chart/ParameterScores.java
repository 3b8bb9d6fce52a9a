package cadj.cad.chart;

import cadj.cad.attribution.AttributionResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How much of an attribution's scores one parameter holds.
///
/// @param row its number in the attribution
/// @param weights how many it has
/// @param positive sum of its positive scores
/// @param negative sum of its negative scores, ≤ 0
public record ParameterScores(
    int row,
    String parameter,
    ParameterLabel label,
    long weights,
    double positive,
    double negative) {
  /// All parameters, in the order in which data meet their blocks.
  public static List<ParameterScores> of(AttributionResult attribution) {
    List<ParameterScores> out = new ArrayList<>();
    attribution
        .scores()
        .forEach(
            (name, scores) -> {
              double up = 0;
              double down = 0;
              for (float s : scores.toFloats()) {
                if (s > 0) {
                  up += s;
                } else {
                  down += s;
                }
              }
              out.add(
                  new ParameterScores(
                      out.size(), name, ParameterLabel.of(name), scores.elements(), up, down));
            });
    out.sort(Comparator.comparingInt(scores -> scores.label.depth()));
    return out;
  }

  /// The largest sum of either sign.
  static double largest(List<ParameterScores> parameters) {
    return parameters.stream().mapToDouble(m -> Math.max(m.positive, -m.negative)).max().orElse(0);
  }
}
