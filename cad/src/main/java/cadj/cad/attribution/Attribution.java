package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.models.pipeline.FiniteValues;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.memory.BufferPool;
import cadj.tensor.memory.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A run from points to scores:
///
/// ```
/// points → objective → estimator → sums of each trajectory → merged in their order → scores
/// ```
///
/// It can be stopped at any moment: with a file to save to, the state is written there now and
/// then, in one move. Started again with the same settings it goes on from there and ends with the
/// same bits as if it had not been stopped. Likewise a run of some of the trajectories, in a
/// process of its own, gives a part, and all parts merged give the same bits as one run of all.
///
/// @param watched the scored parameters by name, of the denoiser of `points`
/// @param identity everything the scores depend on; kept as the result's metadata
/// @param partial where to save unfinished work, or null
/// @param savingShare of the time that saving may take at most, mostly [#SAVING_SHARE]
public record Attribution(
    Points points,
    Objective objective,
    Estimator estimator,
    SequencedMap<String, Tensor> watched,
    Map<String, String> identity,
    @Nullable Path partial,
    double savingShare) {
  public static final double SAVING_SHARE = 0.02;

  /// Is told how many points are done.
  @FunctionalInterface
  public interface Progress {
    Progress NONE = (done, total) -> {};

    void at(int done, int total);
  }

  /// Scores of all trajectories.
  ///
  /// @param keepSums keep the means of the estimator's sums beside the scores
  /// @throws FileFormatException if there is unfinished work of other settings at `partial`
  public AttributionResult run(boolean keepSums, Progress progress) {
    MergedTrajectories merged = new MergedTrajectories(estimator.sums(), watched, steps());
    run(all(), merged, progress);
    return result(merged, List.of(), keepSums);
  }

  /// The same scores, and what each trajectory says alone, which takes memory for each.
  public AttributionResult runApart(boolean keepSums, Progress progress) {
    KeptTrajectories kept = new KeptTrajectories(estimator.sums(), watched, steps());
    run(all(), kept, progress);
    return result(kept.merged(), kept.scores(estimator, points.divisor()), keepSums);
  }

  private TrajectoryRange all() {
    return new TrajectoryRange(0, points.trajectories() - 1);
  }

  /// The sums of some trajectories, for [AttributionPart#merge].
  ///
  /// @throws FileFormatException if there is unfinished work of other settings at `partial`
  public AttributionPart part(TrajectoryRange trajectories, Progress progress) {
    require(
        trajectories.last() < points.trajectories(),
        "trajectories: expected some of 1-%d, got %s",
        points.trajectories(),
        trajectories);
    KeptTrajectories kept = new KeptTrajectories(estimator.sums(), watched, steps());
    run(trajectories, kept, progress);
    return new AttributionPart(this, trajectories, kept);
  }

  /// Forgets unfinished work, once the result is safe.
  public void deletePartial() {
    if (partial != null) {
      UnfinishedRun.delete(partial);
    }
  }

  private int steps() {
    return points.timesteps().length;
  }

  private void run(TrajectoryRange trajectories, FinishedTrajectories finished, Progress progress) {
    Estimator ready = estimator.prepared(this::scores);
    int each = points.pointsPerTrajectory();
    int total = trajectories.count() * each;
    TrajectorySums sums = new TrajectorySums(estimator.sums(), watched, steps());
    UnfinishedRun unfinished =
        partial == null ? null : new UnfinishedRun(partial, identity, trajectories, each);
    int start = unfinished == null ? 0 : unfinished.load(sums, finished);
    SavePeriod period = new SavePeriod(sums.bytes(), savingShare, System::nanoTime);
    progress.at(start, total);
    for (int k = start / each; k < trajectories.count(); k++) {
      int trajectory = trajectories.first() + k;
      int first = Math.max(0, start - k * each);
      Supplier<Point> walk = points.trajectory(trajectory, first);
      for (int i = first; i < each; i++) {
        Scope.run("point", () -> evaluate(ready, walk.get(), sums));
        if (i + 1 == each) {
          BufferPool.shared().trim(); // what follows is not taken from the pool
          finished.add(trajectory, sums.finish());
        }
        int done = k * each + i + 1;
        if (unfinished != null && done < total) {
          period.saveIfDue(() -> unfinished.save(done, sums, finished));
        }
        progress.at(done, total);
      }
    }
  }

  /// Scores of another estimator over all points.
  private SequencedMap<String, Tensor> scores(Estimator other) {
    return new Attribution(points, objective, other, watched, identity, null, savingShare)
        .run(false, Progress.NONE)
        .scores();
  }

  private void evaluate(Estimator ready, Point point, TrajectorySums sums) {
    sums.begin(point.step());
    double value = ready.evaluate(objective, point, points.denoiser(), watched, sums);
    FiniteValues.of("denoiser", points.denoiser().parameters())
        .require(
            Tensor.of(new double[] {value}, 1),
            "the objective",
            "at time step " + point.timestep(),
            () -> objective.residual(points.denoiser(), point));
    sums.end(value);
  }

  private AttributionResult result(
      MergedTrajectories merged, List<TrajectoryScores> apart, boolean keepSums) {
    BufferPool.shared().trim(); // the work is done, and scores take as much as the weights did
    double divisor = points.divisor();
    return AttributionResult.of(
        estimator,
        watched,
        (name, w) -> merged.takeMeans(name, w, divisor),
        keepSums,
        points.timesteps(),
        merged.tables(),
        divisor,
        apart,
        identity);
  }
}
