package cadj.cad.method.salun;

import static cadj.tensor.shape.Require.require;

import cadj.cad.attribution.Point;
import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.TargetPrompt;
import cadj.cad.method.training.DrawnPictures;
import cadj.cad.method.training.PictureSettings;
import cadj.cad.method.training.Training;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// SalUn, Fan et al. 2024 (arXiv:2310.12508): [SalUnObjective] by Adam on the weights of a
/// [SaliencyMask].
///
/// The paper unlearns from data sets; here the model draws pictures for the task's targets and its
/// preserve prompts, and c′ is what the task has a target replaced by. The repository's mask is
/// made of guided predictions; this one of the paper's loss, the training's own.
///
/// @param sites parameters that may be trained
/// @param share of their weights that is
/// @param pictures of each prompt, noised anew in each epoch
/// @param epochs passes over the noised pictures of the concept, in random order
/// @param batch noised pictures of the concept in a step, and as many of what stays
/// @param lr Adam's learning rate
/// @param alpha weight of what stays
public record SalUn(
    List<Sites> sites,
    double share,
    PictureSettings pictures,
    int epochs,
    int batch,
    double lr,
    double alpha)
    implements EditMethod {
  /// The repository's settings for Stable Diffusion: half of all weights, 5 epochs of batches of 8,
  /// lr 1e-5, α 0.1. The number of pictures is ours.
  public static final SalUn PUBLISHED =
      new SalUn(List.of(Sites.ALL), 0.5, new PictureSettings(16, 50, 7.5, 10), 5, 8, 1e-5, 0.1);

  public SalUn {
    require(share > 0 && share <= 1, "salun: expected a share above 0, to 1, got %s", share);
    require(
        epochs >= 1 && batch >= 1,
        "salun: expected at least 1 epoch and a batch of 1, got %d and %d",
        epochs,
        batch);
  }

  @Override
  public String name() {
    return "salun";
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("sites", SettingValues.list(sites));
    out.put("share", Double.toString(share));
    out.putAll(pictures.byName());
    out.put("epochs", Integer.toString(epochs));
    out.put("batch", Integer.toString(batch));
    out.put("lr", Double.toString(lr));
    out.put("alpha", Double.toString(alpha));
    return out;
  }

  @Override
  public SalUn with(SettingValues values) {
    return new SalUn(
        values.someOf("sites", Sites.values()),
        values.number("share"),
        PictureSettings.of(values),
        values.integer("epochs"),
        values.integer("batch"),
        values.number("lr"),
        values.number("alpha"));
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    requireGoal(task.goal());
    require(!task.preserve().isEmpty(), "salun: expected prompts to preserve, got none");
    TextToImage pipeline =
        task.pipeline().withDenoiser(task.cost().counted(task.pipeline().denoiser()));
    List<String> targets = task.targets().stream().map(TargetPrompt::prompt).toList();
    DrawnPictures forget =
        DrawnPictures.draw(pipeline, targets, pictures, task.seed(), "the concept", progress);
    DrawnPictures keep =
        DrawnPictures.draw(
            pipeline, task.preserve(), pictures, task.seed() + 1, "what stays", progress);
    Training training =
        Training.only(
            name(),
            pipeline.denoiser(),
            new SaliencyMask(share).of(forget.noised(task.seed()), sites, progress),
            lr);
    SalUnObjective objective = new SalUnObjective(pipeline.text(), instead(task, pipeline), alpha);
    TorchGenerator generator = new TorchGenerator(task.seed());
    for (int epoch = 0; epoch < epochs; epoch++) {
      progress.at("training", epoch, epochs);
      long seed = generator.random32();
      epoch(
          training,
          objective,
          shuffled(forget.noised(seed).all(), generator),
          shuffled(keep.noised(seed + targets.size()).all(), generator));
    }
    progress.at("training", epochs, epochs);
    return training.patch();
  }

  private static List<Conditioning> instead(EditTask task, TextToImage pipeline) {
    int factor = pipeline.vae().config().downsampleFactor();
    int height = pipeline.latentShape(1).dim(2) * factor;
    int width = pipeline.latentShape(1).dim(3) * factor;
    return task.targets().stream()
        .map(target -> pipeline.text().encode(List.of(target.instead()), height, width))
        .toList();
  }

  /// One pass over `forget`; `keep` is gone through at the same pace, over and over if need be.
  private void epoch(
      Training training, SalUnObjective objective, List<Point> forget, List<Point> keep) {
    for (int from = 0; from < forget.size(); from += batch) {
      List<Point> concept = forget.subList(from, Math.min(forget.size(), from + batch));
      List<Point> rest = new ArrayList<>();
      for (int i = 0; i < concept.size(); i++) {
        rest.add(keep.get((from + i) % keep.size()));
      }
      training.step(() -> objective.loss(training.denoiser(), concept, rest));
    }
  }

  private static List<Point> shuffled(List<Point> points, TorchGenerator generator) {
    List<Point> out = new ArrayList<>();
    for (long i : generator.randperm(points.size())) {
      out.add(points.get((int) i));
    }
    return out;
  }
}
