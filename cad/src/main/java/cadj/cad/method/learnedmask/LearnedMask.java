package cadj.cad.method.learnedmask;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.closedform.EmbeddingMap;
import cadj.cad.method.textmask.TextMask;
import cadj.kernels.random.TorchGenerator;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// CAD-Erase whose set of zeroed weights is learned: a binary mask by gradient descent through the
/// denoiser ([Learning], [StraightThroughMask]), on trajectories of the targets and of what must
/// stay.
///
/// @param weights which may be zeroed
/// @param start the mask to begin with
/// @param eta how far beyond what is drawn instead the targets go
/// @param preserveScale weight of what must stay
/// @param steps of the descent
/// @param lr its rate
/// @param targetBatch points of targets at each step
/// @param preserveBatch points of what must stay at each step
/// @param candidates share of the weights, the best by [CalibratedScores], that may be zeroed; 1
///   for all, without scores
/// @param trajectorySteps of each trajectory
public record LearnedMask(
    Weights weights,
    Start start,
    double eta,
    double preserveScale,
    int steps,
    double lr,
    int targetBatch,
    int preserveBatch,
    double candidates,
    int trajectorySteps)
    implements EditMethod {
  /// Which weights.
  public enum Weights {
    /// The key and value projections of cross-attention.
    KV,
    /// The matrices of feed-forward layers, as in the paper.
    FF
  }

  /// What a descent begins with.
  public enum Start {
    /// No weight is zeroed.
    NOTHING,
    /// [TextMask#RECOMMENDED], of keys and values.
    TEXT_MASK
  }

  /// The first that worked in trials on the embedded model; of keys and values.
  public static final LearnedMask RECOMMENDED =
      new LearnedMask(Weights.KV, Start.NOTHING, 1, 6, 100, 0.1, 8, 12, 1, 10);

  /// Some steps more from the mask that texts give.
  public static final LearnedMask FROM_TEXT =
      new LearnedMask(Weights.KV, Start.TEXT_MASK, 2, 8, 20, 0.05, 6, 10, 1, 10);

  /// Of feed-forward weights.
  public static final LearnedMask FEED_FORWARD =
      new LearnedMask(Weights.FF, Start.NOTHING, 4, 3, 150, 0.3, 8, 12, 0.3, 10);

  /// z of weights that a start zeroes: they can come back.
  private static final float ZEROED = 0.3f;

  /// By how much weights are shrunk for scores.
  private static final double SHRUNK = 0.02;

  public LearnedMask {
    require(steps >= 1, "learned-mask: steps: expected at least 1, got %d", steps);
    require(
        targetBatch >= 1, "learned-mask: target_batch: expected at least 1, got %d", targetBatch);
    require(
        preserveBatch >= 0,
        "learned-mask: preserve_batch: expected at least 0, got %d",
        preserveBatch);
    require(
        trajectorySteps >= 1,
        "learned-mask: trajectory_steps: expected at least 1, got %d",
        trajectorySteps);
    require(
        candidates > 0, "learned-mask: candidates: expected a share above 0, got %s", candidates);
  }

  @Override
  public String name() {
    String from = start == Start.TEXT_MASK ? "-from-text" : "";
    return (weights == Weights.KV ? "learned-mask" : "learned-mask-ff") + from;
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("eta", Double.toString(eta));
    out.put("preserve_scale", Double.toString(preserveScale));
    out.put("steps", Integer.toString(steps));
    out.put("lr", Double.toString(lr));
    out.put("target_batch", Integer.toString(targetBatch));
    out.put("preserve_batch", Integer.toString(preserveBatch));
    out.put("candidates", Double.toString(candidates));
    out.put("trajectory_steps", Integer.toString(trajectorySteps));
    return out;
  }

  @Override
  public LearnedMask with(SettingValues values) {
    return new LearnedMask(
        weights,
        start,
        values.number("eta"),
        values.number("preserve_scale"),
        values.integer("steps"),
        values.number("lr"),
        values.integer("target_batch"),
        values.integer("preserve_batch"),
        values.number("candidates"),
        values.integer("trajectory_steps"));
  }

  @Override
  public boolean editsCrossAttention() {
    return weights == Weights.KV;
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    requireGoal(task.goal());
    TrajectoryPool preserve =
        TrajectoryPool.of(
            task,
            TrajectoryPool.kept(task.preserve()),
            trajectorySteps,
            1000 * task.seed() + 2,
            progress);
    return edit(task, preserve, progress);
  }

  /// The edit, with a pool of preserved prompts from before.
  public Patch edit(EditTask task, TrajectoryPool preserve, Progress progress) {
    requireGoal(task.goal());
    Denoiser denoiser = task.cost().counted(task.pipeline().denoiser());
    SequencedMap<String, Tensor> may = weights(denoiser);
    TrajectoryPool target =
        TrajectoryPool.of(task, task.targets(), trajectorySteps, 1000 * task.seed() + 1, progress);
    Learning learning = new Learning(target, preserve, eta, preserveScale);
    StraightThroughMask mask = new StraightThroughMask(may, steps, lr);
    if (start == Start.TEXT_MASK) {
      mask.begin(TextMask.RECOMMENDED.zeroed(task, progress), ZEROED);
    }
    if (candidates < 1) {
      CalibratedScores.others(
              new CalibratedScores(SHRUNK, task.seed()).of(denoiser, may, learning), candidates)
          .forEach(mask::fix);
      // the second backward pass at each point
      task.cost().add(2L * (target.points().size() + preserve.points().size()));
    }
    double j0 = learning.j0();
    require(j0 > 0, "%s: the targets' prompts ask for nothing that is not drawn anyway", name());
    TorchGenerator random = new TorchGenerator(1000 * task.seed() + 3);
    for (int step = 0; step < steps; step++) {
      progress.at("learning the mask", step, steps);
      Scope.run(
          "mask step",
          () ->
              mask.step(
                  learning.gradients(
                      denoiser, mask.masked(), random, j0, targetBatch, preserveBatch)));
    }
    progress.at("learning the mask", steps, steps);
    return Patch.zeroing(mask.zeroed(), may, Map.of());
  }

  private SequencedMap<String, Tensor> weights(Denoiser denoiser) {
    return switch (weights) {
      case KV -> EmbeddingMap.of(denoiser).projections();
      case FF -> denoiser.parameters(List.of(Sites.FF));
    };
  }
}
