package cadj.cad.unit;

import cadj.cad.attribution.AttributionResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Scores by time step: J there, the sums over all parameters, and the parameter that changes J
/// most. Of an estimator of several terms the positive and negative sums are of each term apart;
/// their total is that of the scores.
public record StepBreakdown(AttributionResult attribution) implements Breakdown {
  /// One scored step.
  ///
  /// @param timestep t
  /// @param objective J
  /// @param strongest the parameter with the largest sum, whatever its sign
  record Step(
      Number timestep, double objective, double positive, double negative, String strongest) {
    double sum() {
      return positive + negative;
    }
  }

  List<Step> steps() {
    List<Step> out = new ArrayList<>();
    List<String> names = List.copyOf(attribution.scores().keySet());
    for (int k = 0; k < attribution.timesteps().length; k++) {
      double positive = 0;
      double negative = 0;
      int strongest = 0;
      for (int p = 0; p < names.size(); p++) {
        positive += attribution.positive()[p][k];
        negative += attribution.negative()[p][k];
        if (Math.abs(sum(p, k)) > Math.abs(sum(strongest, k))) {
          strongest = p;
        }
      }
      out.add(
          new Step(
              attribution.plainTimesteps().get(k),
              attribution.objectives()[k],
              positive,
              negative,
              names.get(strongest)));
    }
    return out;
  }

  private double sum(int parameter, int step) {
    return attribution.positive()[parameter][step] + attribution.negative()[parameter][step];
  }

  @Override
  public List<String> lines() {
    List<String> out = new ArrayList<>();
    out.add(
        "%d scored time steps, in the order in which they were scored".formatted(steps().size()));
    out.add("       t          J        sum   positive   negative  most of it");
    for (Step step : steps()) {
      out.add(
          "%8s %10.3e %+10.3e %+10.3e %+10.3e  %s"
              .formatted(
                  step.timestep,
                  step.objective,
                  step.sum(),
                  step.positive,
                  step.negative,
                  step.strongest));
    }
    return out;
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("by", "step");
    out.put("steps", steps().stream().map(StepBreakdown::row).toList());
    return out;
  }

  private static Map<String, Object> row(Step step) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("timestep", step.timestep);
    out.put("objective", step.objective);
    out.put("sum", step.sum());
    out.put("positive", step.positive);
    out.put("negative", step.negative);
    out.put("strongest_parameter", step.strongest);
    return out;
  }
}
