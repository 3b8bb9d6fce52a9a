package cadj.cad.profile.run;

import static cadj.cad.profile.ProfileText.scaled;

import cadj.kernels.record.KernelCounts;
import cadj.kernels.record.RunProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [KernelTable] in lines, where there is a device.
final class KernelText {
  private static final int MOST = 16;
  private static final String ROW = "%-32s %8s %9s %9s%s";

  private KernelText() {}

  static void add(Lines lines, RunProfile run) {
    List<KernelTable.Row> rows = KernelTable.of(run).rows();
    if (rows.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(ROW, "kernel", "launches", "device", "host", "");
    for (KernelTable.Row row : rows.subList(0, Math.min(MOST, rows.size()))) {
      lines.add(
          ROW,
          row.name(),
          row.launches(),
          Lines.seconds(row.deviceNanos()),
          Lines.seconds(row.hostNanos()),
          counts(row.counts()));
    }
  }

  private static String counts(@Nullable KernelCounts counts) {
    return counts == null
        ? ""
        : "  %sFLOP, %s sectors, %s conflicts, %s of %s branches diverged"
            .formatted(
                scaled((double) counts.flops()),
                count(counts.sectors()),
                count(counts.bankConflicts()),
                count(counts.divergentBranches()),
                count(counts.branches()));
  }

  private static String count(long count) {
    return scaled((double) count).strip();
  }
}
