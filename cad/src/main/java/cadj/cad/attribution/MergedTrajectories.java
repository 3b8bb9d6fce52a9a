package cadj.cad.attribution;

import static java.util.Objects.requireNonNull;

import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Trajectories added up in their order, in double precision: a sum of the same trajectories has
/// the same bits, wherever they were computed.
final class MergedTrajectories implements FinishedTrajectories {
  private static final String PREFIX = "merged/";

  private final List<String> sums;
  private final SequencedMap<String, Tensor> watched;
  private final int steps;
  private final Map<String, double[]> totals = new LinkedHashMap<>();
  private StepTables tables;

  MergedTrajectories(List<String> sums, SequencedMap<String, Tensor> watched, int steps) {
    this.sums = sums;
    this.watched = watched;
    this.steps = steps;
    this.tables = new StepTables(watched.size(), steps);
  }

  @Override
  public void add(int trajectory, Trajectory finished) {
    finished
        .sums()
        .forEach(
            (sum, byParameter) ->
                byParameter.forEach(
                    (name, values) ->
                        add(
                            totals.computeIfAbsent(
                                Trajectory.key(sum, name), k -> new double[values.length]),
                            values)));
    tables.add(finished.tables());
  }

  /// The one way in which a trajectory's sum is added to those before it.
  static void add(double[] total, float[] trajectory) {
    for (int i = 0; i < total.length; i++) {
      total[i] += trajectory[i];
    }
  }

  /// The one way in which a mean is made of a total, of the shape of `w`.
  static Tensor mean(double[] total, double divisor, Tensor w) {
    float[] out = new float[total.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (total[i] / divisor);
    }
    return Tensor.of(out, w.shape().toArray());
  }

  StepTables tables() {
    return tables;
  }

  /// Means of one parameter by the names of its sums; its totals are freed.
  Map<String, Tensor> takeMeans(String parameter, Tensor w, double divisor) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String sum : sums) {
      out.put(sum, mean(requireNonNull(totals.remove(Trajectory.key(sum, parameter))), divisor, w));
    }
    return out;
  }

  @Override
  public void write(SafetensorsWriter writer) {
    if (totals.isEmpty()) {
      return;
    }
    totals.forEach((key, values) -> writer.add(PREFIX + key, Tensor.of(values, values.length)));
    tables.write(writer, PREFIX);
  }

  @Override
  public void read(SafetensorsFile file, int first, int count) {
    if (count == 0) {
      return;
    }
    for (String sum : sums) {
      watched.forEach(
          (name, w) -> {
            String key = Trajectory.key(sum, name);
            totals.put(key, StoredSums.doubles(file, PREFIX + key, Shape.of(w.elements())));
          });
    }
    tables = StepTables.read(file, PREFIX, watched.size(), steps);
  }
}
