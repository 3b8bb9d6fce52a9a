package cadj.cad.profile.run;

import static cadj.cad.profile.ProfileText.scaled;

import cadj.kernels.record.RunProfile;

/// [PhaseTree] in lines.
final class PhaseText {
  /// Phases whose names differ in numbers only, shown one by one.
  private static final int ALIKE = 12;

  /// Share of the run below which a phase is not shown.
  private static final double LEAST = 0.01;

  /// Columns beside the name.
  private static final int NUMBERS = 45;

  private PhaseText() {}

  static void add(Lines lines, RunProfile run) {
    lines.add("");
    String form = "%-" + lines.name(NUMBERS) + "s %6s %9s %9s %7s %9s";
    lines.add(form, "phase", "calls", "total", "own", "share", "FLOP");
    children(lines, run, PhaseTree.of(run).folded(ALIKE), form, 0);
  }

  private static void children(
      Lines lines, RunProfile run, PhaseTree phase, String form, int depth) {
    phase
        .children()
        .forEach(
            (name, child) -> {
              if (child.nanos() >= LEAST * run.nanos()) {
                lines.add(
                    form,
                    Lines.indented(name, depth, lines.name(NUMBERS)),
                    child.calls(),
                    Lines.seconds(child.nanos()),
                    Lines.seconds(child.own()),
                    Lines.percent(child.nanos(), run.nanos()),
                    scaled((double) child.flops()));
                children(lines, run, child, form, depth + 1);
              }
            });
  }
}
