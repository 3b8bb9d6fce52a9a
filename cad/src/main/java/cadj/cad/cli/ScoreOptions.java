package cadj.cad.cli;

import cadj.autograd.graph.Tape;
import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.AttributionFile;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.AttributionSettings;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.Inputs;
import cadj.cad.attribution.Mode;
import cadj.cad.attribution.ObjectiveKind;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.attribution.TapeMemory;
import cadj.cad.edit.Patch;
import cadj.cad.trace.TraceSettings;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// CAD's scores that `cadj trace` shows beside effects: those of a file, or of a small attribution.
final class ScoreOptions {
  /// Noise samples of the small attribution, at most.
  private static final int SAMPLES = 2;

  private static final List<Sites> SITES = List.of(Sites.FF, Sites.ATTENTION, Sites.CONVOLUTION);

  @Option(
      names = {"-a", "--attribution"},
      paramLabel = "FILE",
      description =
          "CAD's scores to show beside the effects (default: a small attribution of the concept,"
              + " first-order, to feed-forward, attention and convolutions).")
  private @Nullable Path attribution;

  /// The file's scores, or null if there is no file.
  @Nullable AttributionResult given(ModelFiles files) {
    if (attribution == null) {
      return null;
    }
    AttributionResult read = AttributionFile.read(attribution);
    String hash = read.metadata().getOrDefault(Patch.MODEL_HASH, "none");
    if (!hash.equals(files.denoiserHash())) {
      throw new CommandFailure(
          "--attribution: %s is of another model than %s".formatted(attribution, files.name()));
    }
    return read;
  }

  /// The scores of a small attribution of what is traced.
  static AttributionResult small(TextToImage pipeline, TraceSettings settings, Terminal terminal) {
    int steps = settings.sampling().steps();
    AttributionSettings small =
        new AttributionSettings(
            settings.concept(),
            List.of(settings.prompt()),
            settings.base(),
            ObjectiveKind.ERASE,
            Mode.CORRECTED,
            new FirstOrder(),
            new ScoredSteps(settings.sampling().scheduler(), steps, steps),
            samples(settings.samples()),
            settings.sampling().guidance(),
            settings.seed(),
            SITES);
    Attribution run = small.unsaved(pipeline, Inputs.startNoise(pipeline, small).values());
    long budget =
        TapeMemory.bytes(
            run.watched().values(), run.estimator().sums().size(), run.points().trajectories());
    try (Terminal.Bar bar = terminal.bar("scoring weights", 1)) {
      return Tape.within(budget, () -> run.run(false, bar::at));
    }
  }

  /// What the small attribution takes.
  ///
  /// @param folder where a temporary file may lie
  static MemoryPlan memory(ModelFiles files, int traced, Path folder) {
    return MemoryPlan.attribution(
        files,
        SITES,
        files.latentForm().shape(1),
        false,
        new FirstOrder(),
        traced > 1 ? Double.BYTES : 0,
        folder);
  }

  private static int samples(int traced) {
    return Math.min(traced, SAMPLES);
  }

  /// Where the scores are from.
  ///
  /// @param traced noise samples of the trace
  String words(int traced) {
    return attribution == null
        ? "first-order, %d noise samples, all steps, of feed-forward, attention and convolutions"
            .formatted(samples(traced))
        : attribution.toString();
  }
}
