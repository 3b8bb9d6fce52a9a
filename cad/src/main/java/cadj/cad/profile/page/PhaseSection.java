package cadj.cad.profile.page;

import cadj.cad.profile.Quantity;
import cadj.cad.profile.run.PhaseTree;

/// The run by phase, as a tree that folds.
record PhaseSection(PhaseTree root) {
  /// Phases whose names differ in numbers only, shown one by one.
  private static final int ALIKE = 100;

  private static final double OPEN = 0.3;

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
    phase.children().forEach((part, child) -> rows(html, part, child, depth + 1));
  }
}
