package cadj.cad.profile.run;

import static cadj.cad.profile.ProfileText.scaled;

import cadj.kernels.record.RunProfile;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// [MemoryReport] in lines.
final class MemoryText {
  private static final int OWNERS = 10;

  private MemoryText() {}

  static void add(Lines lines, RunProfile run, RunIndex index) {
    MemoryReport memory = MemoryReport.of(run, index);
    lines.add("");
    lines.add(
        "memory of tensors: peak %sB at %s, %sB of it there before",
        scaled((double) memory.peak()),
        Lines.seconds(memory.peakAt()),
        scaled((double) memory.liveBefore()));
    owners(lines, memory.owners());
    if (memory.keptPeak() > 0) {
      lines.add(
          "kept for the backward pass: peak %sB at %s",
          scaled((double) memory.keptPeak()), Lines.seconds(memory.keptAt()));
      owners(lines, memory.keepers());
    }
    if (memory.recompute() > 0) {
      lines.add(
          "blocks computed again to save memory: %s, %s of the run",
          Lines.seconds(memory.recompute()), Lines.percent(memory.recompute(), run.nanos()));
    }
  }

  /// The largest.
  private static void owners(Lines lines, List<MemoryReport.Owner> owners) {
    for (MemoryReport.Owner it : owners.subList(0, Math.min(OWNERS, owners.size()))) {
      lines.add(
          "  %9sB  %s",
          scaled((double) it.bytes()),
          Stream.of(it.network(), it.module(), it.operation())
              .filter(word -> !word.isEmpty())
              .collect(Collectors.joining(" ")));
    }
  }
}
