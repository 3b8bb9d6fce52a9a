package cadj.cad.profile.run;

import static cadj.cad.profile.ProfileText.scaled;

import cadj.kernels.record.RunProfile;
import cadj.kernels.roofline.Roofline;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A run's tables in lines for people.
public final class RunText {
  private RunText() {}

  /// @param roofline of the device, if it was measured
  /// @param width columns there are
  public static List<String> lines(RunProfile run, @Nullable Roofline roofline, int width) {
    RunIndex index = new RunIndex(run);
    Lines lines = new Lines(width);
    head(lines, run, roofline);
    PhaseText.add(lines, run);
    OperationText.add(lines, run, index, roofline);
    ModuleText.add(lines, run, index);
    KernelText.add(lines, run);
    MemoryText.add(lines, run, index);
    return lines.all();
  }

  private static void head(Lines lines, RunProfile run, @Nullable Roofline roofline) {
    lines.add(
        "%s on %s; threads busy with kernels: %s",
        Lines.seconds(run.nanos()),
        run.device(),
        Arrays.stream(ThreadUse.busy(run))
            .mapToObj(busy -> Lines.percent(busy, run.nanos()))
            .collect(Collectors.joining(", ")));
    if (roofline != null) {
      lines.add(
          "measured beside it: %sFLOP/s, %sB/s",
          scaled(roofline.flops()), scaled(roofline.triad()));
    }
    if (run.isEmulated()) {
      lines.add(
          "note: these times are the emulator's and say nothing of a GPU's, so nothing is compared"
              + " with a roofline; what kernels counted is exact");
    }
    if (run.dropped().isAny()) {
      lines.add(
          "note: the recording is full after %s; from there on %,d operations and modules, %,d"
              + " tasks of threads and %,d allocations are missing in these tables",
          Lines.seconds(run.dropped().since()),
          run.dropped().slices(),
          run.dropped().spans(),
          run.dropped().allocations());
    }
  }
}
