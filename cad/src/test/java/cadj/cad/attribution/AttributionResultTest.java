package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is shown of a result.
class AttributionResultTest {
  @Test
  void wholeTimeStepsAreShownWithoutAFraction() {
    AttributionResult result =
        new AttributionResult(
            new LinkedHashMap<>(),
            Map.of(),
            new double[] {901, 0.5, 0},
            new double[0][],
            new double[0][],
            new double[3],
            Map.of());
    assertEquals(List.of(901L, 0.5, 0L), result.plainTimesteps());
  }
}
