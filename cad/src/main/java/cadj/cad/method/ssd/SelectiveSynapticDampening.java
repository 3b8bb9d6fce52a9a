package cadj.cad.method.ssd;

import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.cad.attribution.AmplifyObjective;
import cadj.cad.attribution.Attribution;
import cadj.cad.attribution.Points;
import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.TargetPrompt;
import cadj.cad.method.training.DrawnPictures;
import cadj.cad.method.training.PictureSettings;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Selective synaptic dampening, Foster et al. 2024 (arXiv:2308.07707), which was published for
/// classifiers. Carried over to diffusion: importance is the diagonal Fisher information of the
/// denoising loss; what is forgotten are pictures that the model draws for the task's targets, what
/// is kept those for the preserve prompts (in the paper, all training data).
///
/// @param alpha α of [Dampening]
/// @param lambda λ of it
/// @param sites parameters that may be dampened
/// @param pictures of each prompt
public record SelectiveSynapticDampening(
    double alpha, double lambda, List<Sites> sites, PictureSettings pictures)
    implements EditMethod {
  /// The paper's α = 10 and λ = 1, all parameters; eight pictures of a prompt.
  public static final SelectiveSynapticDampening PUBLISHED =
      new SelectiveSynapticDampening(
          10, 1, List.of(Sites.ALL), new PictureSettings(8, 50, 7.5, 10));

  @Override
  public String name() {
    return "ssd";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("alpha", Double.toString(alpha));
    out.put("lambda", Double.toString(lambda));
    out.put("sites", SettingValues.list(sites));
    out.putAll(pictures.byName());
    return out;
  }

  @Override
  public SelectiveSynapticDampening with(SettingValues values) {
    return new SelectiveSynapticDampening(
        values.number("alpha"),
        values.number("lambda"),
        values.someOf("sites", Sites.values()),
        PictureSettings.of(values));
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    requireGoal(task.goal());
    require(!task.preserve().isEmpty(), "ssd: expected prompts to preserve, got none");
    TextToImage pipeline =
        task.pipeline().withDenoiser(task.cost().counted(task.pipeline().denoiser()));
    List<String> targets = task.targets().stream().map(TargetPrompt::prompt).toList();
    SequencedMap<String, Tensor> forget =
        fisher(pipeline, targets, task.seed(), "the concept", progress);
    SequencedMap<String, Tensor> keep =
        fisher(pipeline, task.preserve(), task.seed() + 1, "what stays", progress);
    Dampening dampening = new Dampening(alpha, lambda);
    SequencedMap<String, Change> changes = new LinkedHashMap<>();
    pipeline
        .denoiser()
        .parameters(sites)
        .forEach(
            (name, w) -> {
              Change.Scaled change =
                  dampening.of(
                      w.toFloats(),
                      requireNonNull(forget.get(name)).toFloats(),
                      requireNonNull(keep.get(name)).toFloats());
              if (change.size() > 0) {
                changes.put(name, change);
              }
            });
    return new Patch(changes, Map.of());
  }

  private SequencedMap<String, Tensor> fisher(
      TextToImage pipeline, List<String> prompts, long seed, String what, Progress progress) {
    Points points =
        DrawnPictures.draw(pipeline, prompts, pictures, seed, what, progress).noised(seed);
    return new Attribution(
            points,
            new AmplifyObjective(),
            new DiagonalFisher(),
            points.denoiser().parameters(sites),
            Map.of(),
            null,
            Attribution.SAVING_SHARE)
        .run(false, (done, total) -> progress.at("importance for " + what, done, total))
        .scores();
  }
}
