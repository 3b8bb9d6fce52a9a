package cadj.cad.profile.run;

import static cadj.cad.profile.ProfileText.scaled;

import cadj.kernels.record.RunProfile;
import java.util.Map;

/// [ModuleTree] in lines.
final class ModuleText {
  /// Share of the run below which a module is not shown, but a network is.
  private static final double LEAST = 0.01;

  private static final int DEEPEST = 4;
  private static final String ROW = "%-" + Lines.NAME + "s %6s %9s %9s %7s %9s %9s %9s  %s";

  private ModuleText() {}

  static void add(Lines lines, RunProfile run, RunIndex index) {
    lines.add("");
    lines.add(
        ROW,
        "module",
        "calls",
        "total",
        "own",
        "share",
        "forward",
        "backward",
        "FLOP",
        "algorithm; heaviest shape");
    ModuleTree.of(run, index)
        .children()
        .forEach((name, network) -> module(lines, run, name, network, 0));
  }

  /// A module that only holds another is shown in one line with it.
  private static void module(
      Lines lines, RunProfile run, String name, ModuleTree module, int depth) {
    String path = name;
    ModuleTree node = module;
    while (node.children().size() == 1 && node.own() == 0) {
      Map.Entry<String, ModuleTree> only = node.children().entrySet().iterator().next();
      path = path + (node.key().isEmpty() ? " " : ".") + only.getKey();
      node = only.getValue();
    }
    lines.add(
        ROW,
        Lines.indented(path, depth),
        node.calls() == 0 ? "" : node.calls(),
        Lines.seconds(node.total()),
        Lines.seconds(node.own()),
        Lines.percent(node.total(), run.nanos()),
        Lines.seconds(node.total(Pass.FORWARD)),
        Lines.seconds(node.total(Pass.BACKWARD) + node.total(Pass.RECOMPUTE)),
        scaled((double) node.flops()),
        Lines.words(node.operations()));
    if (depth < DEEPEST) {
      node.children()
          .forEach(
              (part, child) -> {
                if (child.total() >= LEAST * run.nanos()) {
                  module(lines, run, part, child, depth + 1);
                }
              });
    }
  }
}
