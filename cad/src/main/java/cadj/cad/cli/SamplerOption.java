package cadj.cad.cli;

import cadj.models.scheduler.Scheduler;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which sampler draws.
final class SamplerOption {
  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      description =
          "The sampler: ${COMPLETION-CANDIDATES} (default: the one that the model's folder names).")
  private Scheduler.@Nullable Kind scheduler;

  /// The one that was asked for, or null.
  Scheduler.@Nullable Kind asked() {
    return scheduler;
  }
}
