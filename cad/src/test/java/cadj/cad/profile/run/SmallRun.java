package cadj.cad.profile.run;

import cadj.kernels.record.Allocation;
import cadj.kernels.record.KernelCounts;
import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.RunProfile.Dropped;
import cadj.kernels.record.RunProfile.Kept;
import cadj.kernels.record.Slice;
import cadj.kernels.record.Span;
import cadj.kernels.record.Work;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run of 1000 ns, written by hand: a module with another inside it, forward, computed again, and
/// backward.
final class SmallRun {
  private final List<Slice> slices = new ArrayList<>();

  private SmallRun() {}

  static RunProfile profile() {
    SmallRun it = new SmallRun();
    it.add(-1, Kind.PHASE, "draw", -1, 0, 1000, null);
    it.add(0, Kind.PHASE, "unet", -1, 100, 500, null);
    it.add(1, Kind.MODULE, "a", -1, 110, 400, null);
    it.add(2, Kind.MODULE, "a.b", -1, 120, 300, null);
    it.add(3, Kind.OPERATION, "linear", -1, 130, 230, new Work("[2] → [3]", 800, 400, "tiles", 0));
    it.add(4, Kind.LAUNCH, "gemm", -1, 140, 200, new Work("grid", 0, 0, "", 0));
    it.add(2, Kind.OPERATION, "add", -1, 300, 390, new Work("[3] → [3]", 90, 300, "", 0));
    it.add(0, Kind.PHASE, "backward", -1, 500, 900, null);
    it.add(7, Kind.MODULE, "a", 2, 510, 800, null);
    it.add(8, Kind.PHASE, "recompute", -1, 520, 600, null);
    it.add(9, Kind.MODULE, "a.b", -1, 530, 590, null);
    it.add(10, Kind.OPERATION, "linear", -1, 540, 580, new Work("[2] → [3]", 800, 400, "rows", 0));
    it.add(8, Kind.BACKWARD, "linear", 11, 600, 700, new Work("[2] → [3]", 1600, 500, "tiles", 0));
    it.add(8, Kind.BACKWARD, "add", 6, 700, 750, new Work("[3] → [3]", 0, 0, "", 0));
    it.add(13, Kind.OPERATION, "neg", -1, 710, 720, new Work("[3] → [3]", 10, 30, "", 0));
    it.add(0, Kind.OPERATION, "scale", -1, 910, 950, new Work("[5] → [5]", 40, 40, "", 0));
    return new RunProfile(
        "cpu",
        2,
        1000,
        it.slices,
        List.of(
            new Span(4, 0, "GemmVector", 130, 220),
            new Span(4, 1, "GemmVector", 140, 230),
            new Span(6, 0, "BinaryVector", 300, 310)),
        List.of(
            new Allocation(4, 1, 100, 135),
            new Allocation(6, 2, 20, 305),
            new Allocation(6, 2, -20, 306),
            new Allocation(12, 3, 50, 610),
            new Allocation(-1, 1, -100, 620),
            new Allocation(15, 4, 30, 915)),
        List.of(new Kept(4, 100, 136), new Kept(6, 20, 307), new Kept(4, -100, 620)),
        10,
        List.of(),
        new Dropped(0, 0, 0, 1000));
  }

  private void add(
      int parent, Kind kind, String name, int cause, long start, long end, @Nullable Work work) {
    slices.add(new Slice(slices.size(), parent, kind, name, cause, start, end, work));
  }

  /// Two launches of one kernel and a copy, on an emulated device.
  static RunProfile onDevice() {
    SmallRun it = new SmallRun();
    it.add(-1, Kind.OPERATION, "linear", -1, 0, 100, new Work("[2] → [3]", 900, 60, "", 0));
    it.add(0, Kind.LAUNCH, "gemm", -1, 10, 20, new Work("grid", 0, 0, "", 25));
    it.add(0, Kind.LAUNCH, "gemm", -1, 20, 30, new Work("grid", 0, 0, "", 20));
    it.add(0, Kind.LAUNCH, "copy", -1, 40, 90, new Work("", 0, 64, "", 0));
    return new RunProfile(
        "emulated",
        1,
        100,
        it.slices,
        List.of(),
        List.of(),
        List.of(),
        0,
        List.of(new KernelCounts("gemm", 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)),
        new Dropped(5, 6, 7, 50));
  }
}
