package cadj.cad.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.attribution.ObjectiveKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Means and extremes over seeds, one row per ratio.
class RatioSummaryTest {
  @Test
  void oneRowPerRatioInTheStudysOrder() {
    List<RatioSummary> rows = RatioSummary.of(Studies.of("bag", ObjectiveKind.ERASE));
    assertEquals(List.of(0.05, 0.01), rows.stream().map(RatioSummary::ratio).toList());
    assertEquals(500, rows.getFirst().zeroed());
  }

  @Test
  void meansAndExtremes() {
    RatioSummary row = RatioSummary.of(Studies.of("bag", ObjectiveKind.ERASE)).getFirst();
    assertEquals(new RatioSummary.Span(0.5, 0.25, 0.75), row.target());
    assertEquals(0.8, row.others().mean(), 1e-12);
    assertEquals(0.7, row.others().low());
    assertEquals(0.9, row.others().high());
    assertEquals(0.8, row.besides().mean(), 1e-12);
  }
}
