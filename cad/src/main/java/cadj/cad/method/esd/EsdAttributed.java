package cadj.cad.method.esd;

import static java.util.stream.Collectors.joining;

import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.EraseCorrected;
import cadj.cad.attribution.EraseObjective;
import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.Points;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.edit.Ablation;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.training.Training;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// ESD on the weights that an attribution points at, where CAD-Erase would zero them: scored
/// (corrected), the top selected, and those alone trained; all others keep their bits.
///
/// @param estimator of the scores
/// @param sites that are scored
/// @param selection of the weights to train from their scores
/// @param samples noise samples of the attribution, each over `scoredSteps` steps of DDIM
public record EsdAttributed(
    Estimator estimator,
    List<Sites> sites,
    Ablation selection,
    int samples,
    int scoredSteps,
    EsdSettings training)
    implements EditMethod {
  private static final double GUIDANCE = 3;

  /// The highest tenth of each row of feed-forward and attention matrices, to first order; ESD's
  /// published settings.
  public static EsdAttributed published() {
    return new EsdAttributed(
        new FirstOrder(),
        List.of(Sites.FF, Sites.ATTENTION),
        new Ablation(Ablation.Which.POSITIVE, Ablation.Per.ROW, new Ablation.Ratio(0.1)),
        4,
        10,
        EsdSettings.published());
  }

  /// The same with other settings of the training.
  public EsdAttributed with(EsdSettings other) {
    return new EsdAttributed(estimator, sites, selection, samples, scoredSteps, other);
  }

  @Override
  public String name() {
    return "esd-attributed";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("estimator", estimator.name());
    out.put("sites", sites.stream().map(Sites::toString).collect(joining(",")));
    out.put("which", lower(selection.which()));
    out.put("per", lower(selection.per()));
    switch (selection.budget()) {
      case Ablation.Ratio(double ratio) -> out.put("ratio", Double.toString(ratio));
      case Ablation.Count(int count) -> out.put("count", Integer.toString(count));
    }
    out.put("samples", Integer.toString(samples));
    out.put("scored_steps", Integer.toString(scoredSteps));
    out.putAll(training.byName());
    return out;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    TextToImage frozen = Esd.counted(name(), task);
    Training copies =
        Training.only(
            name(),
            frozen.denoiser(),
            selection.select(attribution(task, frozen, progress).scores()),
            training.lr());
    return Esd.trained(task, frozen, null, training, copies, progress);
  }

  private AttributionResult attribution(EditTask task, TextToImage frozen, Progress progress) {
    Tensor noise = TextToImage.noise(frozen.latentShape(samples), new TorchGenerator(task.seed()));
    Points points =
        new EraseCorrected(
            frozen,
            List.of(task.targets().getFirst().prompt()),
            task.targets().getFirst().instead(),
            noise,
            new ScoredSteps(Scheduler.Kind.DDIM, scoredSteps, scoredSteps),
            GUIDANCE,
            task.seed());
    return new Attribution(
            points,
            new EraseObjective(true),
            estimator,
            points.denoiser().parameters(sites),
            Map.of(),
            null,
            Attribution.SAVING_SHARE)
        .run(false, (done, total) -> progress.at("attributing", done, total));
  }
}
