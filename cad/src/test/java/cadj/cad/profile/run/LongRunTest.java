package cadj.cad.profile.run;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.record.Allocation;
import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.RunProfile.Dropped;
import cadj.kernels.record.RunProfile.Kept;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Work;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What tables make of much, and of launches inside launches; runs written by hand.
class LongRunTest {
  private final List<Slice> slices = new ArrayList<>();
  private final List<Allocation> allocations = new ArrayList<>();

  private int add(int parent, Kind kind, String name, long start, long end, @Nullable Work work) {
    slices.add(new Slice(slices.size(), parent, kind, name, -1, start, end, work));
    return slices.size() - 1;
  }

  private RunProfile run(long nanos, List<Kept> kept) {
    return new RunProfile(
        "NVIDIA L4",
        1,
        nanos,
        slices,
        List.of(),
        allocations,
        kept,
        0,
        List.of(),
        new Dropped(0, 0, 0, nanos));
  }

  private static Work work(String shapes, long deviceNanos) {
    return new Work(shapes, 0, 0, "", deviceNanos);
  }

  /// 30 operations, kernels and owners, the longest and largest first; one phase of half a percent.
  @Test
  void longTablesAreCut() {
    int phase = add(-1, Kind.PHASE, "draw", 0, 99_000, null);
    for (int i = 10; i < 40; i++) {
      long start = 1_000L * i;
      int operation = add(phase, Kind.OPERATION, "op" + i, start, start + 900 - i, null);
      add(operation, Kind.LAUNCH, "kernel" + i, start, start + 500 - i, work("", 0));
      allocations.add(new Allocation(operation, i, 1_000 - i, start));
    }
    add(-1, Kind.PHASE, "hardly", 99_000, 99_500, null);
    List<String> lines = RunText.lines(run(100_000, List.of()), null, 160);
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("op33 ")), lines::toString);
    assertFalse(lines.stream().anyMatch(line -> line.startsWith("op34 ")), lines::toString);
    // 900 − i for i of 34 to 39
    assertTrue(
        lines.stream()
            .anyMatch(line -> line.replaceAll(" +", " ").startsWith("6 others 5.18 µs 5.2 %")),
        lines::toString);
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("kernel25 ")), lines::toString);
    assertFalse(lines.stream().anyMatch(line -> line.startsWith("kernel26 ")), lines::toString);
    assertTrue(lines.stream().anyMatch(line -> line.endsWith("B  draw op19")), lines::toString);
    assertFalse(lines.stream().anyMatch(line -> line.endsWith("B  draw op20")), lines::toString);
    assertFalse(lines.stream().anyMatch(line -> line.startsWith("hardly")), lines::toString);
  }

  /// A library's call launches a kernel: time and memory are the operation's.
  @Test
  void launchesInsideLaunches() {
    int phase = add(-1, Kind.PHASE, "draw", 0, 1_000, null);
    int scale = add(phase, Kind.OPERATION, "scale", 100, 500, work("[1]", 0));
    int call = add(scale, Kind.LAUNCH, "cuDNN", 110, 400, work("", 30));
    int kernel = add(call, Kind.LAUNCH, "gemm", 120, 300, work("", 40));
    add(kernel, Kind.LAUNCH, "gemm_tail", 130, 140, work("", 5));
    int module = add(phase, Kind.MODULE, "m", 600, 900, null);
    int linear = add(module, Kind.OPERATION, "linear", 610, 800, work("[1]", 0));
    allocations.add(new Allocation(kernel, 1, 100, 130));
    RunProfile run =
        run(
            1_000,
            List.of(new Kept(linear, 5, 620), new Kept(linear, -5, 630), new Kept(scale, 20, 640)));
    RunIndex index = new RunIndex(run);
    assertEquals(75, index.device(scale));
    MemoryReport memory = MemoryReport.of(run, index);
    assertEquals(List.of(new MemoryReport.Owner("draw", "", "scale", 100)), memory.owners());
    assertEquals(
        List.of(new MemoryReport.Owner("draw", "", "", 20)),
        memory.keepers(),
        "what was let go before the peak is nobody's");
  }

  @Test
  void ofShapesThatTookAsLongTheLastByName() {
    for (int i = 1; i <= 9; i++) {
      add(-1, Kind.OPERATION, "add", 10L * i, 10L * i + 5, work("[" + i + "]", 0));
    }
    RunProfile run = run(100, List.of());
    OperationTable table = OperationTable.of(run, new RunIndex(run));
    assertEquals("[9]", table.rows().getFirst().totals().heaviestShape());
  }

  /// Steps inside a phase are folded as those at the top.
  @Test
  void stepsInsideAPhase() {
    int phase = add(-1, Kind.PHASE, "draw", 0, 100, null);
    for (int i = 0; i < 3; i++) {
      add(phase, Kind.PHASE, "denoise at " + i, 10L * i, 10L * i + 10, null);
    }
    PhaseTree folded = PhaseTree.of(run(100, List.of())).folded(2);
    PhaseTree draw = requireNonNull(folded.children().get("draw"));
    assertEquals(List.of("denoise at …"), List.copyOf(draw.children().keySet()));
    assertEquals(70, draw.own());
  }
}
