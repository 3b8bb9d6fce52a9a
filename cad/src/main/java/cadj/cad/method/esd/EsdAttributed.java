package cadj.cad.method.esd;

import static cadj.tensor.shape.Require.require;

import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.AttributionResult;
import cadj.cad.attribution.EraseCorrected;
import cadj.cad.attribution.EraseObjective;
import cadj.cad.attribution.Estimator;
import cadj.cad.attribution.Estimators;
import cadj.cad.attribution.FirstOrder;
import cadj.cad.attribution.Points;
import cadj.cad.attribution.ScoredSteps;
import cadj.cad.edit.Ablation;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.training.Training;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// ESD on the weights that an attribution points at, where CAD-Erase would zero them: scored
/// (corrected), the highest scores selected, and those alone trained; all others keep their bits.
///
/// @param estimator of the scores
/// @param sites that are scored
/// @param per what the highest scores are taken of
/// @param share how many of them are trained
/// @param samples noise samples of the attribution, each over `scoredSteps` steps of DDIM (of flow
///   matching: of the model's own sampler)
public record EsdAttributed(
    Estimator estimator,
    List<Sites> sites,
    Ablation.Per per,
    double share,
    int samples,
    int scoredSteps,
    EsdSettings training)
    implements EditMethod {
  private static final double GUIDANCE = 3;

  /// ESD's published settings, on the highest tenth of each row of feed-forward and attention
  /// matrices.
  public static final EsdAttributed STANDARD =
      new EsdAttributed(
          new FirstOrder(),
          List.of(Sites.FF, Sites.ATTENTION),
          Ablation.Per.ROW,
          0.1,
          4,
          10,
          EsdSettings.PUBLISHED);

  public EsdAttributed {
    require(samples >= 1, "esd-attributed: expected at least 1 sample, got %d", samples);
  }

  @Override
  public String name() {
    return "esd-attributed";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("estimator", estimator.name());
    out.put("sites", SettingValues.list(sites));
    out.put("per", SettingValues.lower(per));
    out.put("share", Double.toString(share));
    out.put("samples", Integer.toString(samples));
    out.put("scored_steps", Integer.toString(scoredSteps));
    out.putAll(training.byName());
    return out;
  }

  @Override
  public EsdAttributed with(SettingValues values) {
    return new EsdAttributed(
        Estimators.named(values.text("estimator")),
        values.someOf("sites", Sites.values()),
        values.oneOf("per", Ablation.Per.values()),
        values.number("share"),
        values.integer("samples"),
        values.integer("scored_steps"),
        EsdSettings.of(values));
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    requireGoal(task.goal());
    TextToImage frozen = Esd.counted(task);
    Training copies =
        Training.only(
            name(),
            frozen.denoiser(),
            selection(frozen.denoiser(), attribution(task, frozen, progress)),
            training.lr());
    return Esd.trained(task, frozen, "", training, copies, progress);
  }

  private SequencedMap<String, int[]> selection(Denoiser denoiser, AttributionResult attribution) {
    return new Ablation(Ablation.Which.POSITIVE, per, new Ablation.Ratio(share))
        .select(attribution.scores(), denoiser::heads);
  }

  private AttributionResult attribution(EditTask task, TextToImage frozen, Progress progress) {
    Tensor noise = TextToImage.noise(frozen.latentShape(samples), new TorchGenerator(task.seed()));
    Points points =
        new EraseCorrected(
            frozen,
            List.of(task.targets().getFirst().prompt()),
            task.targets().getFirst().instead(),
            noise,
            new ScoredSteps(
                frozen.schedule().orOfFlow(Scheduler.Kind.DDIM), scoredSteps, scoredSteps),
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
