package cadj.kernels.profiler;

import cadj.kernels.emulator.check.LaunchCounts;
import cadj.kernels.record.KernelCounts;
import cadj.kernels.record.Recorder;
import cadj.kernels.record.Work;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Sums by kernel of what launches on an emulated GPU did, and tells the recorder of each.
final class CountedLaunches {
  private static final int SECTOR = 32;

  private final Recorder recorder;
  private final Map<String, KernelCounts> sums = new LinkedHashMap<>();

  CountedLaunches(Recorder recorder) {
    this.recorder = recorder;
  }

  void add(LaunchCounts counts) {
    KernelCounts launch = of(new KernelProfile(List.of(counts)));
    sums.merge(launch.name(), launch, CountedLaunches::sum);
    Work work =
        new Work(counts.shape().toString(), launch.flops(), SECTOR * launch.sectors(), "", 0);
    recorder.work(work, () -> work);
  }

  List<KernelCounts> sums() {
    return List.copyOf(sums.values());
  }

  private static KernelCounts of(KernelProfile profile) {
    return new KernelCounts(
        profile.name(),
        1,
        profile.warpInstructions(),
        profile.flops(),
        profile.bytesRead(),
        profile.bytesWritten(),
        profile.sectors(),
        profile.globalRequests(),
        profile.bankConflicts(),
        profile.branches(),
        profile.divergentBranches());
  }

  private static KernelCounts sum(KernelCounts a, KernelCounts b) {
    return new KernelCounts(
        a.name(),
        a.launches() + b.launches(),
        a.warpInstructions() + b.warpInstructions(),
        a.flops() + b.flops(),
        a.bytesRead() + b.bytesRead(),
        a.bytesWritten() + b.bytesWritten(),
        a.sectors() + b.sectors(),
        a.globalRequests() + b.globalRequests(),
        a.bankConflicts() + b.bankConflicts(),
        a.branches() + b.branches(),
        a.divergentBranches() + b.divergentBranches());
  }
}
