package cadj.cad.profile.run;

import static cadj.cad.profile.ProfileText.scaled;

import cadj.kernels.record.RunProfile;
import java.util.Map;

/// [ModuleTimes] in lines.
final class ModuleText {
  /// Share of the run below which a module is not shown, but a network is.
  private static final double LEAST = 0.01;

  private static final int DEEPEST = 4;

  /// Columns beside the name: of calls, total, own time and share; of times by pass and work; and
  /// of what is told of algorithms at least.
  private static final int NUMBERS = 35;

  private static final int PASSES = 30;
  private static final int WORDS = 18;

  /// Columns that names of modules want.
  private static final int NAME = 35;

  private final Lines lines;
  private final RunProfile run;
  private final boolean passes;
  private final boolean words;
  private final int name;

  private ModuleText(Lines lines, RunProfile run) {
    this.lines = lines;
    this.run = run;
    passes = lines.have(NAME + NUMBERS + PASSES);
    words = lines.have(NAME + NUMBERS + PASSES + WORDS);
    name = lines.name(NUMBERS + (passes ? PASSES : 0) + (words ? WORDS : 0));
  }

  static void add(Lines lines, RunProfile run, RunIndex index) {
    ModuleText text = new ModuleText(lines, run);
    lines.add("");
    text.row(
        "module",
        "calls",
        "total",
        "own",
        "share",
        "forward",
        "backward",
        "FLOP",
        "algorithm; heaviest shape");
    ModuleTimes.of(run, index).children().forEach((name, network) -> text.module(name, network, 0));
  }

  /// Name, calls, total, own, share, forward, backward, work, words: those that fit.
  private void row(Object... values) {
    String form = "%-" + name + "s %6s %9s %9s %7s";
    lines.add(form + (passes ? " %9s %9s %9s" : "") + (words ? "  %s" : ""), values);
  }

  /// A module that only holds another is shown in one line with it.
  private void module(String part, ModuleTimes module, int depth) {
    String path = part;
    ModuleTimes node = module;
    while (node.children().size() == 1 && node.own() == 0) {
      Map.Entry<String, ModuleTimes> only = node.children().entrySet().iterator().next();
      path = path + (node.key().isEmpty() ? " " : ".") + only.getKey();
      node = only.getValue();
    }
    row(
        Lines.indented(path, depth, name),
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
              (its, child) -> {
                if (child.total() >= LEAST * run.nanos()) {
                  module(its, child, depth + 1);
                }
              });
    }
  }
}
