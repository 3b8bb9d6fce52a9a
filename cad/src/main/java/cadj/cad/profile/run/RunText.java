package cadj.cad.profile.run;

import static cadj.cad.profile.ProfileText.scaled;

import cadj.cad.profile.ProfileText;
import cadj.kernels.record.RunProfile;
import cadj.kernels.roofline.Roofline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A run's tables in lines for people.
public final class RunText {
  private static final int OPERATIONS = 24;
  private static final int KERNELS = 16;
  private static final int OWNERS = 10;

  /// Phases whose names differ in numbers only, shown one by one.
  private static final int ALIKE = 12;

  /// Share of the run below which a module or phase is not shown.
  private static final double LEAST = 0.01;

  private static final int DEEPEST = 4;
  private static final int NAME = 44;

  private final RunProfile run;
  private final RunIndex index;
  private final @Nullable Roofline roofline;
  private final int width;
  private final List<String> lines = new ArrayList<>();

  private RunText(RunProfile run, @Nullable Roofline roofline, int width) {
    this.run = run;
    this.index = new RunIndex(run);
    this.roofline = roofline;
    this.width = width;
  }

  /// @param roofline of the device, if it was measured
  /// @param width columns there are
  public static List<String> lines(RunProfile run, @Nullable Roofline roofline, int width) {
    RunText text = new RunText(run, roofline, width);
    text.head();
    text.phases();
    text.operations();
    text.modules();
    text.kernels();
    text.memory();
    return text.lines;
  }

  private void add(String line, Object... values) {
    String text = line.formatted(values).stripTrailing();
    lines.add(text.length() > width ? text.substring(0, width - 1) + "…" : text);
  }

  private void head() {
    add(
        "%s on %s; threads busy with kernels: %s",
        seconds(run.nanos()),
        run.device(),
        Arrays.stream(ThreadUse.busy(run))
            .mapToObj(busy -> percent(busy, run.nanos()))
            .collect(Collectors.joining(", ")));
    if (roofline != null) {
      add(
          "measured beside it: %sFLOP/s, %sB/s",
          scaled(roofline.flops()), scaled(roofline.triad()));
    }
    if (run.dropped().isAny()) {
      add(
          "note: the recording is full after %s; from there on %,d operations and modules, %,d"
              + " tasks of threads and %,d allocations are missing in these tables",
          seconds(run.dropped().since()),
          run.dropped().slices(),
          run.dropped().spans(),
          run.dropped().allocations());
    }
  }

  private void phases() {
    add("");
    add("%-" + NAME + "s %6s %9s %9s %7s %9s", "phase", "calls", "total", "own", "share", "FLOP");
    phase("", PhaseTree.of(run).folded(ALIKE), 0);
  }

  private void phase(String name, PhaseTree phase, int depth) {
    if (depth > 0) {
      add(
          "%-" + NAME + "s %6d %9s %9s %7s %9s",
          indented(name, depth - 1),
          phase.calls(),
          seconds(phase.nanos()),
          seconds(phase.own()),
          percent(phase.nanos(), run.nanos()),
          scaled((double) phase.flops()));
    }
    phase.children().entrySet().stream()
        .filter(child -> child.getValue().nanos() >= LEAST * run.nanos())
        .forEach(child -> phase(child.getKey(), child.getValue(), depth + 1));
  }

  private void operations() {
    OperationTable table = OperationTable.of(run, index);
    add("");
    add(
        "%-28s %7s %9s %7s %9s %9s %8s  %s",
        "operation",
        "calls",
        "own time",
        "share",
        "FLOP/s",
        "B/s",
        "of roof",
        "algorithm; heaviest shape");
    for (OperationTable.Row row :
        table.rows().subList(0, Math.min(OPERATIONS, table.rows().size()))) {
      Totals totals = row.totals();
      add(
          "%-28s %7d %9s %7s %9s %9s %8s  %s",
          row.pass() == Pass.FORWARD ? row.name() : row.name() + ", " + row.pass().words(),
          totals.calls(),
          time(totals.seconds()),
          percent((long) (1e9 * totals.seconds()), run.nanos()),
          scaled(totals.flopsPerSecond()),
          scaled(totals.bytesPerSecond()),
          share(totals),
          words(totals));
    }
    List<OperationTable.Row> rest =
        table.rows().subList(Math.min(OPERATIONS, table.rows().size()), table.rows().size());
    if (!rest.isEmpty()) {
      double others = rest.stream().mapToDouble(row -> row.totals().seconds()).sum();
      add(
          "%-28s %7s %9s %7s",
          rest.size() + " others", "", time(others), percent((long) (1e9 * others), run.nanos()));
    }
    add(
        "%-28s %7s %9s %7s",
        "outside operations", "", seconds(table.outside()), percent(table.outside(), run.nanos()));
  }

  private String share(Totals totals) {
    double share = totals.rooflineShare(roofline);
    return Double.isNaN(share) ? "" : "%.0f %%".formatted(100 * share);
  }

  private static String words(Totals totals) {
    return String.join(", ", totals.algorithms())
        + (totals.algorithms().isEmpty() ? "" : "; ")
        + totals.heaviestShape();
  }

  private void modules() {
    add("");
    add(
        "%-" + NAME + "s %6s %9s %9s %7s %9s %9s %9s  %s",
        "module",
        "calls",
        "total",
        "own",
        "share",
        "forward",
        "backward",
        "FLOP",
        "algorithm; heaviest shape");
    ModuleTree.of(run, index).children().forEach((name, network) -> module(name, network, 0));
  }

  private void module(String name, ModuleTree module, int depth) {
    String path = name;
    ModuleTree node = module;
    while (node.children().size() == 1 && node.own() == 0) {
      Map.Entry<String, ModuleTree> only = node.children().entrySet().iterator().next();
      path = path + (node.key().isEmpty() ? " " : ".") + only.getKey();
      node = only.getValue();
    }
    add(
        "%-" + NAME + "s %6s %9s %9s %7s %9s %9s %9s  %s",
        indented(path, depth),
        node.calls() == 0 ? "" : node.calls(),
        seconds(node.total()),
        seconds(node.own()),
        percent(node.total(), run.nanos()),
        seconds(node.total(Pass.FORWARD)),
        seconds(node.total(Pass.BACKWARD) + node.total(Pass.RECOMPUTE)),
        scaled((double) node.flops()),
        words(node.operations()));
    if (depth < DEEPEST) {
      node.children().entrySet().stream()
          .filter(child -> child.getValue().total() >= LEAST * run.nanos())
          .forEach(child -> module(child.getKey(), child.getValue(), depth + 1));
    }
  }

  private void kernels() {
    List<KernelTable.Row> rows = KernelTable.of(run).rows();
    if (rows.isEmpty()) {
      return;
    }
    add("");
    add("%-32s %8s %9s %9s", "kernel", "launches", "device", "host");
    for (KernelTable.Row row : rows.subList(0, Math.min(KERNELS, rows.size()))) {
      String counts =
          row.counts() == null
              ? ""
              : "  %sFLOP, %s sectors, %s conflicts, %s of %s branches diverged"
                  .formatted(
                      scaled((double) row.counts().flops()),
                      scaled((double) row.counts().sectors()).strip(),
                      scaled((double) row.counts().bankConflicts()).strip(),
                      scaled((double) row.counts().divergentBranches()).strip(),
                      scaled((double) row.counts().branches()).strip());
      add(
          "%-32s %8d %9s %9s%s",
          row.name(),
          row.launches(),
          row.deviceNanos() == 0 ? "" : seconds(row.deviceNanos()),
          seconds(row.hostNanos()),
          counts);
    }
  }

  private void memory() {
    MemoryReport memory = MemoryReport.of(run, index);
    add("");
    add(
        "memory of tensors: peak %sB at %s, %sB of it there before",
        scaled((double) memory.peak()),
        seconds(memory.peakAt()),
        scaled((double) memory.liveBefore()));
    owners(memory.owners());
    if (memory.keptPeak() > 0) {
      add(
          "kept for the backward pass: peak %sB at %s",
          scaled((double) memory.keptPeak()), seconds(memory.keptAt()));
      owners(memory.keepers());
    }
    if (memory.recompute() > 0) {
      add(
          "blocks computed again to save memory: %s, %s of the run",
          seconds(memory.recompute()), percent(memory.recompute(), run.nanos()));
    }
  }

  private void owners(List<MemoryReport.Owner> owners) {
    owners.stream()
        .sorted(Comparator.comparingLong(it -> -it.bytes()))
        .limit(OWNERS)
        .forEach(
            it ->
                add(
                    "  %9sB  %s",
                    scaled((double) it.bytes()),
                    List.of(it.network(), it.module(), it.operation()).stream()
                        .filter(word -> !word.isEmpty())
                        .collect(Collectors.joining(" "))));
  }

  private static String indented(String name, int depth) {
    String text = "  ".repeat(depth) + name;
    return text.length() > NAME ? text.substring(0, NAME - 1) + "…" : text;
  }

  static String percent(long part, long whole) {
    return whole == 0 ? "" : ProfileText.percent((double) part / whole);
  }

  static String seconds(long nanos) {
    return nanos == 0 ? "" : time(1e-9 * nanos);
  }

  private static String time(double seconds) {
    if (seconds >= 100) {
      return "%.0f s".formatted(seconds);
    }
    if (seconds >= 1) {
      return "%.2f s".formatted(seconds);
    }
    return seconds >= 1e-3
        ? "%.2f ms".formatted(1e3 * seconds)
        : "%.2f µs".formatted(1e6 * seconds);
  }
}
