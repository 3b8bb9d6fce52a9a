package cadj.cad.profile.page;

import cadj.cad.profile.Quantity;
import cadj.cad.profile.run.PhaseTree;
import java.util.Map;

/// The run by phase, as a tree that folds.
record PhaseSection(PhaseTree root) {
  /// Phases whose names differ in numbers only, shown one by one.
  private static final int ALIKE = 100;

  private static final double OPEN = 0.3;

  /// Share of the run below which phases are added up.
  private static final double LEAST = 0.0005;

  String html() {
    HtmlTable html = new HtmlTable("tree", "<phase", "calls", "total", "own", "share", "GFLOP/s");
    root.folded(ALIKE).children().forEach((name, phase) -> rows(html, name, phase, 0));
    return "<h2>Phases</h2>\n" + html.html();
  }

  private void rows(HtmlTable html, String name, PhaseTree phase, int depth) {
    html.row(name, depth, !phase.children().isEmpty(), phase.nanos() > OPEN * root.nanos())
        .cell(phase.calls())
        .cell(Quantity.time(phase.nanos()))
        .cell(Quantity.time(phase.own()))
        .share((double) phase.nanos() / root.nanos())
        .cell(Rate.giga(phase.nanos() == 0 ? 0 : 1e9 * phase.flops() / phase.nanos()))
        .end();
    long brief = 0;
    int count = 0;
    for (Map.Entry<String, PhaseTree> child : phase.children().entrySet()) {
      if (child.getValue().nanos() >= LEAST * root.nanos()) {
        rows(html, child.getKey(), child.getValue(), depth + 1);
      } else {
        count++;
        brief += child.getValue().nanos();
      }
    }
    if (count > 0) {
      html.row(count + " shorter", depth + 1, false, false)
          .cell("")
          .cell(Quantity.time(brief))
          .cell("")
          .share((double) brief / root.nanos())
          .end();
    }
  }
}
