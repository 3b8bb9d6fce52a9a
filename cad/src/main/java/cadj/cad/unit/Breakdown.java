package cadj.cad.unit;

import java.util.List;
import java.util.Map;

/// The scores of an attribution, added up by what somebody asked for.
public sealed interface Breakdown permits UnitBreakdown, StepBreakdown {
  /// For people: a table.
  List<String> lines();

  /// For machines: `by`, and the rows.
  Map<String, Object> json();
}
