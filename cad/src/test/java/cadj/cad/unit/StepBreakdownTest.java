package cadj.cad.unit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.attribution.AttributionResult;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

/// Scores by time step.
class StepBreakdownTest {
  @Test
  void stepsAddUpAllParametersAndNameTheStrongest() {
    SequencedMap<String, Tensor> scores = new LinkedHashMap<>();
    scores.put("a.weight", Tensor.of(new float[] {1.5f, -4}, 2));
    scores.put("b.weight", Tensor.of(new float[] {2, -1}, 2));
    AttributionResult result =
        new AttributionResult(
            scores,
            Map.of(),
            new double[] {501, 0.5},
            new double[][] {{1, 0.5}, {0.25, 1.75}},
            new double[][] {{-3, -1}, {-0.5, -0.5}},
            new double[] {7, 9},
            Map.of());
    List<StepBreakdown.Step> steps = new StepBreakdown(result).steps();
    assertEquals(
        List.of(
            new StepBreakdown.Step(501L, 7, 1.25, -3.5, "a.weight"),
            new StepBreakdown.Step(0.5, 9, 2.25, -1.5, "b.weight")),
        steps);
    assertEquals(-1.5, steps.stream().mapToDouble(StepBreakdown.Step::sum).sum(), 0);
    assertEquals(4, new StepBreakdown(result).lines().size());
  }
}
