package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.attribution.Attribution.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is made of known gradients.
class AttributionTest {
  private static final Map<String, String> IDENTITY = Map.of("concept", "bag");

  @Test
  void scoresAndTablesAddUpOverAllTrajectories() {
    AttributionResult result = MadeUp.attribution(IDENTITY).run(true, Progress.NONE);
    MadeUp.assertAddsUp(result);
    assertEquals(Set.of("grad"), result.sums().keySet());
    assertEquals(IDENTITY, result.metadata());
  }

  @Test
  void sumsAreKeptIfAskedFor() {
    AttributionResult result = MadeUp.attribution(IDENTITY).run(false, Progress.NONE);
    MadeUp.assertAddsUp(result);
    assertEquals(Map.of(), result.sums());
  }

  @Test
  void progressIsToldBeforeAndAfterEachPoint() {
    List<String> told = new ArrayList<>();
    Progress progress = (done, total) -> told.add(done + "/" + total);
    MadeUp.attribution(IDENTITY).part(new TrajectoryRange(1, 2), progress);
    assertEquals(List.of("0/4", "1/4", "2/4", "3/4", "4/4"), told);
  }

  @Test
  void withoutAFileThereIsNothingToDelete() {
    MadeUp.attribution(IDENTITY).deletePartial();
  }
}
