package cadj.cad.profile.page;

import cadj.cad.profile.Quantity;
import cadj.cad.profile.run.ModuleTimes;
import cadj.cad.profile.run.Pass;
import java.util.Map;

/// The run by module, as a tree that folds.
///
/// @param nanos wall time of the run
record ModuleSection(ModuleTimes root, long nanos) {
  /// A branch with more of the run's time than this is open at first, so that a reader sees where
  /// the time went.
  private static final double OPEN = 0.15;

  String html() {
    if (root.children().isEmpty()) {
      return "";
    }
    HtmlTable html =
        new HtmlTable(
            "tree",
            "<module",
            "calls",
            "total",
            "own",
            "share",
            "forward",
            "backward",
            "again",
            "GFLOP/s",
            "GB/s",
            "<algorithm",
            "<heaviest shape");
    root.children().forEach((name, network) -> rows(html, name, network, 0));
    return """
    <h2>Modules</h2>
    <p class="small">By checkpoint key. Total: with the modules inside; own: without them. Backward work counts for the module whose
    forward pass it is the derivative of. Again: forward passes repeated during the backward pass, to save memory.</p>
    """
        + html.html();
  }

  private void rows(HtmlTable html, String name, ModuleTimes module, int depth) {
    // as a chain of modules of which only the last does anything: one row
    String path = name;
    ModuleTimes node = module;
    while (node.children().size() == 1 && node.own() == 0) {
      Map.Entry<String, ModuleTimes> only = node.children().entrySet().iterator().next();
      path =
          path.isEmpty()
              ? only.getKey()
              : path + (node.key().isEmpty() ? " " : ".") + only.getKey();
      node = only.getValue();
    }
    long total = node.total();
    html.row(
            path.isEmpty() ? "(no network)" : path,
            depth,
            !node.children().isEmpty(),
            total > OPEN * nanos)
        .cell(node.calls() == 0 ? "" : "%,d".formatted(node.calls()))
        .cell(Quantity.time(total))
        .cell(time(node.own()))
        .share((double) total / nanos)
        .cell(time(node.total(Pass.FORWARD)))
        .cell(time(node.total(Pass.BACKWARD)))
        .cell(time(node.total(Pass.RECOMPUTE)))
        .cell(Rate.giga(perSecond(node.flops(), total)))
        .cell(Rate.giga(perSecond(node.bytes(), total)))
        .brief("brief", String.join(" · ", node.operations().algorithms()))
        .brief("brief shape", node.operations().heaviestShape())
        .end();
    node.children().forEach((part, child) -> rows(html, part, child, depth + 1));
  }

  private static String time(long nanos) {
    return nanos == 0 ? "" : Quantity.time(nanos);
  }

  private static double perSecond(long count, long nanos) {
    return nanos == 0 ? 0 : 1e9 * count / nanos;
  }
}
