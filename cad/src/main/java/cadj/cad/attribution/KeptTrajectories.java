package cadj.cad.attribution;

import static java.util.Objects.requireNonNull;

import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Trajectories each by itself, as tensors `trajectory-<number, from 1>/…`.
final class KeptTrajectories implements FinishedTrajectories {
  private final List<String> sums;
  private final SequencedMap<String, Tensor> watched;
  private final int steps;
  private final TreeMap<Integer, Trajectory> trajectories = new TreeMap<>();

  KeptTrajectories(List<String> sums, SequencedMap<String, Tensor> watched, int steps) {
    this.sums = sums;
    this.watched = watched;
    this.steps = steps;
  }

  static String prefix(int trajectory) {
    return "trajectory-" + (trajectory + 1) + "/";
  }

  @Override
  public void add(int trajectory, Trajectory finished) {
    trajectories.put(trajectory, finished);
  }

  /// What each says alone, of `divisor` for all together.
  List<TrajectoryScores> scores(Estimator estimator, double divisor) {
    double own = divisor / trajectories.size();
    return trajectories.values().stream()
        .map(
            one ->
                AttributionResult.ofTrajectory(
                    estimator, watched, (name, w) -> means(one, name, w, own), one.tables(), own))
        .toList();
  }

  private Map<String, Tensor> means(Trajectory one, String name, Tensor w, double divisor) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String sum : sums) {
      double[] total = new double[w.elements()];
      MergedTrajectories.add(total, requireNonNull(one.sums().get(sum)).get(name).read());
      out.put(sum, MergedTrajectories.mean(total, divisor, w));
    }
    return out;
  }

  /// All added up in their order.
  MergedTrajectories merged() {
    MergedTrajectories out = new MergedTrajectories(sums, watched, steps);
    trajectories.forEach(out::add);
    return out;
  }

  @Override
  public void write(SafetensorsWriter writer) {
    trajectories.forEach((number, trajectory) -> trajectory.write(writer, prefix(number), watched));
  }

  @Override
  public void read(SafetensorsFile file, int first, int count) {
    for (int number = first; number < first + count; number++) {
      add(number, Trajectory.read(file, prefix(number), sums, watched, steps));
    }
  }
}
