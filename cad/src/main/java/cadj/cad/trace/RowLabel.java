package cadj.cad.trace;

import cadj.cad.chart.ParameterLabel;
import java.util.List;

/// A row's name in few words.
final class RowLabel {
  private RowLabel() {}

  /// `down 0 0 attn2`; of several layers the first and the last.
  static String of(TraceRow row) {
    List<String> modules = row.modules();
    String first = ParameterLabel.of(modules.getFirst()).toString();
    return modules.size() == 1 ? first : first + " … " + ParameterLabel.of(modules.getLast());
  }
}
