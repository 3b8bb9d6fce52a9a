package cadj.cad.profile.run;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.profile.ProfileText;
import cadj.cad.profile.run.MemoryReport.Owner;
import cadj.cad.profile.run.OperationTable.Row;
import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Work;
import cadj.kernels.roofline.Roofline;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunTablesTest {
  private final RunProfile run = SmallRun.profile();
  private final RunIndex index = new RunIndex(run);

  @Test
  void ownTimesAreWhatSlicesInsideLeave() {
    assertEquals(
        List.of(160L, 110L, 20L, 80L, 100L, 0L, 90L, 110L, 60L, 20L, 20L, 40L, 100L, 40L, 10L, 40L),
        IntStream.range(0, run.slices().size()).mapToObj(index::own).toList());
  }

  /// Whatever runs inside a phase: its wall time and the sum of own times are the same.
  @Test
  void ownTimesAddUpToThePhase() {
    for (Slice around : run.slices()) {
      long sum = 0;
      for (Slice slice : run.slices()) {
        int at = slice.id();
        while (at >= 0 && at != around.id()) {
          at = run.slices().get(at).parent();
        }
        sum += at == around.id() ? index.own(slice.id()) : 0;
      }
      assertEquals(around.name().equals("gemm") ? 0 : around.nanos(), sum, around.toString());
    }
  }

  @Test
  void backwardWorkBelongsToTheModuleOfTheForwardOperation() {
    assertEquals(
        List.of(
            "", "", "a", "a.b", "a.b", "a.b", "a", "", "a", "a", "a.b", "a.b", "a.b", "a", "a", ""),
        IntStream.range(0, run.slices().size()).mapToObj(index::module).toList());
    for (Slice slice : run.slices()) {
      assertEquals(
          index.module(slice.id()).isEmpty() ? "" : "unet",
          index.network(slice.id()),
          slice.name());
    }
  }

  @Test
  void operationsByPass() {
    OperationTable table = OperationTable.of(run, index);
    assertEquals(
        List.of(
            "linear FORWARD 1 100",
            "linear BACKWARD 1 100",
            "add FORWARD 1 90",
            "add BACKWARD 1 40",
            "linear RECOMPUTE 1 40",
            "scale FORWARD 1 40",
            "neg BACKWARD 1 10"),
        table.rows().stream()
            .map(
                row ->
                    "%s %s %d %d"
                        .formatted(
                            row.name(), row.pass(), row.totals().calls(), row.totals().nanos()))
            .toList());
    assertEquals(580, table.outside());
    assertEquals(1000, table.nanos());
  }

  @Test
  void ratesAndTheShareOfTheRoofline() {
    Totals linear = OperationTable.of(run, index).rows().getFirst().totals();
    assertEquals(100e-9, linear.seconds(), 1e-15);
    assertEquals(8e9, linear.flopsPerSecond(), 1);
    assertEquals(4e9, linear.bytesPerSecond(), 1);
    assertEquals(0.8, linear.rooflineShare(new Roofline(1e10, 9e9, 8e9)), 1e-9);
    assertEquals(0.5, linear.rooflineShare(new Roofline(9e10, 9e9, 8e9)), 1e-9);
    assertTrue(Double.isNaN(linear.rooflineShare(null)));
    assertEquals("[2] → [3]", linear.heaviestShape());
    assertEquals(List.of("tiles"), List.copyOf(linear.algorithms()));
  }

  @Test
  void theHeaviestShapeIsTheOneThatTookLongest() {
    Totals totals = new Totals();
    totals.add(run.slices().get(4), index);
    totals.add(run.slices().get(15), index);
    totals.add(run.slices().get(6), index);
    totals.add(run.slices().get(13), index);
    assertEquals("[3] → [3]", totals.heaviestShape()); // 90 + 40 against 100
    assertEquals(4, totals.calls());
  }

  @Test
  void modulesAreATreeByKey() {
    ModuleTimes root = ModuleTimes.of(run, index);
    assertEquals(List.of("unet"), List.copyOf(root.children().keySet()));
    ModuleTimes a = requireNonNull(requireNonNull(root.children().get("unet")).children().get("a"));
    ModuleTimes b = requireNonNull(a.children().get("b"));
    assertEquals("a.b", b.key());
    assertEquals(1, a.calls());
    assertEquals(2, b.calls());
    assertEquals(240, a.own());
    assertEquals(340, b.own());
    assertEquals(580, a.total());
    assertEquals(290, a.total(Pass.FORWARD));
    assertEquals(210, a.total(Pass.BACKWARD));
    assertEquals(80, a.total(Pass.RECOMPUTE));
    assertEquals(800 + 90 + 800 + 1600 + 10, a.flops());
    assertEquals(400 + 300 + 400 + 500 + 30, a.bytes());
  }

  @Test
  void phasesAreATree() {
    PhaseTree root = PhaseTree.of(run);
    PhaseTree draw = requireNonNull(root.children().get("draw"));
    assertEquals(List.of("unet", "backward"), List.copyOf(draw.children().keySet()));
    PhaseTree backward = requireNonNull(draw.children().get("backward"));
    assertEquals(1000, draw.nanos());
    assertEquals(200, draw.own());
    assertEquals(320, backward.own());
    assertEquals(80, requireNonNull(backward.children().get("recompute")).nanos());
    assertEquals(800 + 1600 + 10, backward.flops());
    assertEquals(800 + 90 + 800 + 1600 + 10 + 40, root.flops());
  }

  @Test
  void memoryAtItsPeak() {
    MemoryReport memory = MemoryReport.of(run, index);
    assertEquals(160, memory.peak());
    assertEquals(610, memory.peakAt());
    assertEquals(
        List.of(
            new Owner("unet", "a.b", "linear", 100),
            new Owner("unet", "a.b", "linear backward", 50)),
        memory.owners());
    assertEquals(120, memory.keptPeak());
    assertEquals(307, memory.keptAt());
    assertEquals(
        List.of(new Owner("unet", "a.b", "", 100), new Owner("unet", "a", "", 20)),
        memory.keepers());
    assertEquals(80, memory.recompute());
  }

  @Test
  void threadsAreBusyWithSpans() {
    assertEquals(100, ThreadUse.busy(run)[0]);
    assertEquals(90, ThreadUse.busy(run)[1]);
  }

  /// On a device, an operation's time is that of its launches, and the host's is its own.
  @Test
  void launchesAndTheirTimes() {
    RunProfile onDevice = SmallRun.onDevice();
    List<KernelTable.Row> rows = KernelTable.of(onDevice).rows();
    assertEquals(
        List.of(
            new KernelTable.Row("copy", 1, 50, 0, null),
            new KernelTable.Row("gemm", 2, 20, 45, onDevice.kernels().getFirst())),
        rows);
    Row linear = OperationTable.of(onDevice, new RunIndex(onDevice)).rows().getFirst();
    assertEquals(100, linear.totals().nanos());
    assertEquals(45, linear.totals().deviceNanos());
    assertEquals(45e-9, linear.totals().seconds(), 1e-15);
    // 900 FLOP and 60 bytes in 45 ns of the device; the card needs 9 ns for the FLOP, 6 for the
    // bytes
    Roofline card = new Roofline(1e11, 2e10, 1e10);
    assertEquals(0.2, linear.totals().rooflineShare(card), 1e-9);
  }

  /// What does not fit is left out in whole columns; what is left is not cut.
  @Test
  void tablesFitTheTerminal() {
    Roofline roofline = new Roofline(1e10, 9e9, 8e9);
    for (int width : new int[] {60, 80, 100, 120, 160}) {
      for (String line : RunText.lines(run, roofline, width)) {
        assertTrue(line.length() <= width, () -> width + ": " + line);
      }
    }
    String narrow = String.join("\n", RunText.lines(run, roofline, 80)).replaceAll(" +", " ");
    assertTrue(
        narrow.contains("linear 1 0.10 µs 10.0 % 8.00 G 4.00 G 80 %\n tiles; [2] → [3]\n"), narrow);
    assertTrue(narrow.contains("module calls total own share\n"), narrow);
    assertTrue(narrow.contains("\nphase calls total own share FLOP\n"), narrow);
    String usual = String.join("\n", RunText.lines(run, roofline, 100)).replaceAll(" +", " ");
    assertTrue(usual.contains("80 %\n tiles; [2] → [3]\n"), usual);
    assertTrue(usual.contains("module calls total own share forward backward FLOP\n"), usual);
  }

  @Test
  void smallSharesOfTheRooflineHaveADigit() {
    double[] shares = {1.5, 0.126, 0.01, 0.0099, 0.004, 0.00049, 0.00001, 0, Double.NaN};
    String[] expected = {"150 %", "13 %", "1 %", "1.0 %", "0.4 %", "0.05 %", "<0.01 %", "0 %", ""};
    for (int i = 0; i < shares.length; i++) {
      assertEquals(expected[i], ProfileText.ofRoof(shares[i]));
    }
  }

  /// Names of algorithms have commas.
  @Test
  void algorithmsAreToldApart() {
    Totals totals = new Totals();
    for (String algorithm : List.of("panels", "panels, one per task", "panels")) {
      totals.add(
          new Slice(4, -1, Kind.OPERATION, "linear", -1, 0, 9, new Work("[3]", 1, 1, algorithm, 0)),
          index);
    }
    assertEquals("panels; panels, one per task; [3]", Lines.words(totals));
  }

  @Test
  void linesForPeople() {
    String text =
        String.join("\n", RunText.lines(run, new Roofline(1e10, 9e9, 8e9), 160))
            .replaceAll(" +", " ");
    assertTrue(text.contains("threads busy with kernels: 10.0 %, 9.0 %"), text);
    assertTrue(text.contains("linear, recompute 1"), text);
    assertTrue(text.contains("linear 1 0.10 µs 10.0 % 8.00 G 4.00 G 80 % tiles; [2]"), text);
    assertTrue(text.contains("\nunet a 1 "), text);
    assertTrue(text.contains("peak 160 B at"), text);
    assertTrue(text.contains("100 B unet a.b linear\n"), text);
    assertTrue(text.contains("computed again to save memory: 0.08 µs, 8.0 %"), text);
    String device = String.join("\n", RunText.lines(SmallRun.onDevice(), null, 160));
    assertTrue(device.contains("note: the recording is full"), device);
    assertTrue(device.contains("9 conflicts"), device);
    assertTrue(device.contains("note: these times are the emulator's"), device);
    assertFalse(text.contains("the emulator's"), text);
  }
}
