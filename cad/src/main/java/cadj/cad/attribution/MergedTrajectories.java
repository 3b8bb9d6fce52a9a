package cadj.cad.attribution;

import static java.util.Objects.requireNonNull;

import cadj.kernels.device.DType;
import cadj.kernels.device.F64;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import cadj.tensor.shape.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Trajectories added up in their order, in double precision: a sum of the same trajectories has
/// the same bits, wherever they were computed. A first one is kept as it is: it needs no more.
final class MergedTrajectories implements FinishedTrajectories {
  private static final String PREFIX = "merged/";

  private final List<String> sums;
  private final SequencedMap<String, Tensor> watched;
  private final int steps;
  private final Map<String, SumStore.Cell<float[]>> first = new LinkedHashMap<>();
  private final Map<String, SumStore.Cell<double[]>> totals = new LinkedHashMap<>();
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
                byParameter.forEach((name, values) -> add(Trajectory.key(sum, name), values)));
    tables.add(finished.tables());
  }

  private void add(String key, SumStore.Cell<float[]> values) {
    if (!first.containsKey(key) && !totals.containsKey(key)) {
      first.put(key, values);
      return;
    }
    float[] next = values.read();
    double[] total = total(key);
    add(total, next);
    totals.computeIfAbsent(key, k -> SumStore.current().doubles(next.length)).write(total);
    values.release();
    release(first.remove(key));
  }

  /// The total of one sum of one parameter so far.
  private double[] total(String key) {
    SumStore.Cell<float[]> single = first.get(key);
    if (single == null) {
      return requireNonNull(totals.get(key)).read();
    }
    float[] values = single.read();
    double[] out = new double[values.length];
    add(out, values);
    return out;
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
      String key = Trajectory.key(sum, parameter);
      out.put(sum, mean(total(key), divisor, w));
      release(first.remove(key));
      release(totals.remove(key));
    }
    return out;
  }

  private static void release(SumStore.@Nullable Cell<?> cell) {
    if (cell != null) {
      cell.release();
    }
  }

  @Override
  public void write(SafetensorsWriter writer) {
    if (first.isEmpty() && totals.isEmpty()) {
      return;
    }
    for (String sum : sums) {
      watched.forEach(
          (name, w) -> {
            String key = Trajectory.key(sum, name);
            Shape flat = Shape.of(w.elements());
            writer.add(PREFIX + key, DType.F64, flat, () -> Tensor.of(flat, F64.of(total(key))));
          });
    }
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
            SumStore.Cell<double[]> total = SumStore.current().doubles(w.elements());
            total.write(StoredSums.doubles(file, PREFIX + key, Shape.of(w.elements())));
            totals.put(key, total);
          });
    }
    tables = StepTables.read(file, PREFIX, watched.size(), steps);
  }
}
