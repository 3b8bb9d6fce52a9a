package cadj.cad.attribution;

import static cadj.tensor.shape.Require.require;

import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The trajectories in the files of all parts of a run, read one sum of one parameter at a time.
///
/// @param parts by their first trajectory
record StoredTrajectories(List<Part> parts) {
  /// A part's file, open.
  record Part(SafetensorsFile file, TrajectoryRange trajectories) {}

  /// Is shown a trajectory: its tensors' names begin with `prefix`.
  interface Visitor {
    void visit(SafetensorsFile file, String prefix);
  }

  /// All trajectories in their order.
  void forEach(Visitor visitor) {
    for (Part part : parts) {
      for (int k = part.trajectories.first(); k <= part.trajectories.last(); k++) {
        visitor.visit(part.file, KeptTrajectories.prefix(k));
      }
    }
  }

  /// Means of all together of one parameter, by the names of its sums.
  Map<String, Tensor> means(List<String> sums, String name, Tensor w, double divisor) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String sum : sums) {
      double[] total = new double[w.elements()];
      forEach((file, prefix) -> add(total, file, prefix, sum, name));
      out.put(sum, MergedTrajectories.mean(total, divisor, w));
    }
    return out;
  }

  /// What each says alone, of `divisor` for itself.
  List<TrajectoryScores> apart(
      Estimator estimator, SequencedMap<String, Tensor> watched, int steps, double divisor) {
    List<TrajectoryScores> out = new ArrayList<>();
    forEach(
        (file, prefix) ->
            out.add(
                AttributionResult.ofTrajectory(
                    estimator,
                    watched,
                    (name, w) -> alone(file, prefix, estimator.sums(), name, w, divisor),
                    StepTables.read(file, prefix, watched.size(), steps),
                    divisor)));
    return out;
  }

  private static Map<String, Tensor> alone(
      SafetensorsFile file,
      String prefix,
      List<String> sums,
      String name,
      Tensor w,
      double divisor) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String sum : sums) {
      double[] total = new double[w.elements()];
      add(total, file, prefix, sum, name);
      out.put(sum, MergedTrajectories.mean(total, divisor, w));
    }
    return out;
  }

  private static void add(
      double[] total, SafetensorsFile file, String prefix, String sum, String name) {
    MergedTrajectories.add(total, Trajectory.sum(file, prefix, sum, name, total.length));
  }

  /// @throws IllegalArgumentException if one of `all` trajectories is missing, or in two files
  void requireAll(int all) {
    int next = 0;
    for (Part part : parts) {
      TrajectoryRange range = part.trajectories;
      requireNone(next, range.first(), all);
      require(
          range.first() == next,
          "merge: trajectory %d is in %s and in another part",
          range.first() + 1,
          part.file.path());
      next = range.last() + 1;
    }
    requireNone(next, all, all);
  }

  /// Refuses a gap between parts.
  private static void requireNone(int from, int to, int all) {
    if (from < to) {
      TrajectoryRange gap = new TrajectoryRange(from, to - 1);
      throw new IllegalArgumentException(
          "merge: none of the parts has trajectory %s of %s".formatted(gap, all));
    }
  }
}
